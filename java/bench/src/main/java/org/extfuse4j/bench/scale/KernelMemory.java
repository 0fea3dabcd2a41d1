// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.daemon.CommandException;

/** What the kernel has given to itself in the ways in which it makes maps. */
final class KernelMemory {
  private static final Path FILE = Path.of("/proc/meminfo");

  private KernelMemory() {}

  /** Of the whole machine, in bytes: vmalloc without the stacks of threads, and per-CPU memory. */
  static long used() {
    try {
      List<String> lines = Files.readAllLines(FILE);
      return field(lines, "VmallocUsed") - field(lines, "KernelStack") + field(lines, "Percpu");
    } catch (IOException e) {
      throw new CommandException("cannot read " + FILE, e);
    }
  }

  static long field(List<String> lines, String name) {
    for (String line : lines) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals(name + ":")) {
        return Long.parseLong(words[1]) * 1024;
      }
    }
    throw new CommandException(FILE + " has no " + name);
  }
}
