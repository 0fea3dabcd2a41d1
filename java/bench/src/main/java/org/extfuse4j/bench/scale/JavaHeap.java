// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.daemon.CommandException;

/**
 * The objects of a JVM that are alive, by class, in bytes. Asking for them makes it collect all
 * garbage first, for which it stands still.
 */
record JavaHeap(Map<String, Long> bytes) {
  // "   1:       1010001       72720072  org.extfuse4j.stackfs.node.StackNode (module)"
  private static final Pattern LINE =
      Pattern.compile("^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)", Pattern.MULTILINE);

  static JavaHeap of(long pid) throws InterruptedException {
    Tool.Result result = Tool.run(List.of("jcmd", Long.toString(pid), "GC.class_histogram"));
    if (result.status() != 0) {
      throw new CommandException("jcmd " + pid + ": " + result.lastLine());
    }
    return parse(result.out());
  }

  static JavaHeap parse(String histogram) {
    Map<String, Long> bytes = new TreeMap<>();
    Matcher line = LINE.matcher(histogram);
    while (line.find()) {
      // Classes of several loaders may have one name.
      bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
    }
    if (bytes.isEmpty()) {
      throw new CommandException("jcmd prints no histogram of classes");
    }
    return new JavaHeap(bytes);
  }

  long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  long of(String name) {
    return bytes.getOrDefault(name, 0L);
  }
}
