// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.daemon.CommandException;

/** What the kernel says of a daemon in /proc: its descriptors, its maps, its programs. */
public final class DaemonProbe {
  private final Path descriptors;

  // In fdinfo, of the descriptors of one map each, and of programs.
  private final List<Path> maps = new ArrayList<>();
  private final List<Path> programs = new ArrayList<>();
  private final List<Integer> mapIds = new ArrayList<>();

  /** Finds the maps and programs: the daemon has loaded them. */
  public DaemonProbe(long pid) {
    Path process = Path.of("/proc/" + pid);
    descriptors = process.resolve("fd");
    try (Stream<Path> all = Files.list(process.resolve("fdinfo"))) {
      for (Path one : all.toList()) {
        Map<String, String> fields = fields(one);
        if (fields.containsKey("prog_id")) {
          programs.add(one);
        } else if (fields.containsKey("map_id")) {
          int id = Integer.parseInt(fields.get("map_id"));
          if (!mapIds.contains(id)) {
            mapIds.add(id);
            maps.add(one);
          }
        }
      }
    } catch (IOException e) {
      throw new CommandException("cannot look at the daemon " + pid, e);
    }
  }

  /** How many descriptors are open. */
  int descriptors() {
    try (Stream<Path> all = Files.list(descriptors)) {
      return (int) all.count();
    } catch (IOException e) {
      throw new CommandException("cannot count the daemon's descriptors", e);
    }
  }

  /** Kernel memory of all its maps by the kernel's own account, in bytes. */
  long mapBytes() {
    return maps.stream().mapToLong(map -> number(map, "memlock")).sum();
  }

  /**
   * Runs of in-kernel programs since bpf_stats_enabled was set. Tail calls count as a part of the
   * program that the kernel ran.
   */
  public record Runs(long count, long ns) {
    public Runs since(Runs before) {
      return new Runs(count - before.count, ns - before.ns);
    }

    public double nsEach() {
      return (double) ns / count;
    }
  }

  public Runs runs() {
    return new Runs(
        programs.stream().mapToLong(program -> number(program, "run_cnt")).sum(),
        programs.stream().mapToLong(program -> number(program, "run_time_ns")).sum());
  }

  /** How many elements each of the hash maps has, by its name. */
  Map<String, Integer> elements() {
    Map<String, Integer> counts = new TreeMap<>();
    for (int id : mapIds) {
      try (BpfMap map = BpfMap.fromId(id)) {
        if (map.name().startsWith("entry_map") || map.name().equals("attr_map")) {
          counts.put(map.name(), MapElements.count(map));
        }
      }
    }
    return counts;
  }

  private static long number(Path fdinfo, String field) {
    try {
      return Long.parseLong(fields(fdinfo).get(field));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> fields(Path fdinfo) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    for (String line : Files.readAllLines(fdinfo)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }
}
