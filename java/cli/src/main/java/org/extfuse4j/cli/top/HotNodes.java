// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.cli.trace.OwnInstances;

/**
 * In which directories names are looked up: counted by the kernel, with a histogram trigger on the
 * trace event extfuse_request in a tracefs instance of our own. Answers of the in-kernel cache are
 * among what is counted. Not thread-safe, but for {@link #close}.
 */
final class HotNodes implements AutoCloseable {
  private static final Path TRACEFS = Path.of("/sys/kernel/tracing");
  private static final Pattern LINE =
      Pattern.compile("\\{ nodeid: *([0-9]+) *} hitcount: *([0-9]+)");

  /** Lookups in a directory. */
  record Count(long nodeid, long lookups) {}

  private final Path instance; // null if it cannot be
  private final Path event;
  private final String trigger;
  private final String filter;
  private String missing;

  private HotNodes(Path tracefs, int connection, String missing) {
    trigger = "hist:keys=nodeid:size=4096";
    filter = " if connection == " + connection + " && opcode == 1";
    this.missing = missing;
    instance = missing != null ? null : OwnInstances.path(tracefs, "top");
    event = missing != null ? null : instance.resolve("events/extfuse/extfuse_request");
  }

  /** Begins to count, if that can be; otherwise {@link #missing} says why it cannot. */
  static HotNodes of(int connection, boolean cached) {
    return of(TRACEFS, connection, cached);
  }

  static HotNodes of(Path tracefs, int connection, boolean cached) {
    HotNodes nodes = new HotNodes(tracefs, connection, reason(tracefs, cached));
    if (nodes.instance != null) {
      nodes.start(tracefs);
    }
    return nodes;
  }

  private static String reason(Path tracefs, boolean cached) {
    if (!cached) {
      return "without the in-kernel cache they are not counted";
    }
    if (!Files.isDirectory(tracefs.resolve("events"))) {
      return "no tracefs: mount -t tracefs tracefs " + tracefs;
    }
    if (!Files.isDirectory(tracefs.resolve("events/extfuse/extfuse_request"))) {
      return "this kernel has no trace event extfuse_request";
    }
    if (!Files.exists(tracefs.resolve("events/extfuse/extfuse_request/hist"))) {
      return "this kernel has no histogram triggers (CONFIG_HIST_TRIGGERS)";
    }
    return null;
  }

  private void start(Path tracefs) {
    try {
      OwnInstances.sweep(tracefs);
      Files.createDirectory(instance);
      write(trigger + filter);
    } catch (IOException e) {
      close();
      missing = "the kernel's tracing refused: " + e.getMessage();
    }
  }

  /** Why there are no counts; null if there are. */
  String missing() {
    return missing;
  }

  /** Counts since the last call, the largest first; null if there are none to be had. */
  List<Count> readAndClear() {
    if (missing != null) {
      return null;
    }
    try {
      List<Count> counts = parse(Files.readString(event.resolve("hist")));
      write(trigger + ":clear" + filter);
      return counts;
    } catch (IOException e) {
      missing = "the kernel's tracing failed: " + e.getMessage();
      return null;
    }
  }

  static List<Count> parse(String histogram) {
    List<Count> counts = new ArrayList<>();
    Matcher m = LINE.matcher(histogram);
    while (m.find()) {
      counts.add(new Count(Long.parseUnsignedLong(m.group(1)), Long.parseLong(m.group(2))));
    }
    counts.sort(Comparator.comparingLong(Count::lookups).reversed());
    return counts;
  }

  // Truncating the file would remove all triggers.
  private void write(String command) throws IOException {
    Files.writeString(
        event.resolve("trigger"),
        command + "\n",
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE,
        StandardOpenOption.APPEND);
  }

  @Override
  public synchronized void close() {
    if (instance == null || !Files.isDirectory(instance)) {
      return;
    }
    try {
      write("!" + trigger + filter);
    } catch (IOException e) {
      missing = e.getMessage(); // there was none; the directory is to go all the same
    }
    try {
      Files.deleteIfExists(instance);
    } catch (IOException e) {
      missing = e.getMessage(); // the next top removes it
    }
  }
}
