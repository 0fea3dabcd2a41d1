// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.fuse.FuseOpcode;
import org.extfuse4j.fuse.UpcallCounters;

/**
 * What a daemon says of itself, counts since it was mounted. Opcodes without a count are left out.
 *
 * @param cache whether answers are given in the kernel
 * @param upcalls requests that reached the daemon, by opcode
 * @param answered requests that were answered in the kernel, by opcode
 * @param outcomes what became of the requests that the in-kernel program saw, by opcode
 */
public record DaemonStats(
    @JsonProperty("mount") String mount,
    @JsonProperty("source") String source,
    @JsonProperty("pid") long pid,
    @JsonProperty("cache") boolean cache,
    @JsonProperty("upcalls") Map<String, Long> upcalls,
    @JsonProperty("answered") Map<String, Long> answered,
    @JsonProperty("outcomes") Map<String, Map<String, Long>> outcomes) {

  /** The upcalls by name. */
  static Map<String, Long> upcalls(UpcallCounters counters) {
    Map<String, Long> named = new TreeMap<>();
    long[] counts = counters.snapshot();
    for (int opcode = 0; opcode < counts.length; opcode++) {
      put(named, FuseOpcode.name(opcode), counts[opcode]);
    }
    return named;
  }

  /** The answers given in the kernel, by name. */
  static Map<String, Long> answered(CacheStats stats) {
    Map<String, Long> named = new TreeMap<>();
    for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
      put(named, FuseOpcode.name(opcode), stats.answered(opcode));
    }
    return named;
  }

  /** All that the program counted, by name of opcode and outcome. */
  static Map<String, Map<String, Long>> outcomes(CacheStats stats) {
    Map<String, Map<String, Long>> named = new TreeMap<>();
    for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
      Map<String, Long> one = new TreeMap<>();
      for (Outcome outcome : Outcome.values()) {
        put(one, outcome.name().toLowerCase(Locale.ROOT), stats.count(opcode, outcome));
      }
      if (!one.isEmpty()) {
        named.put(FuseOpcode.name(opcode), one);
      }
    }
    return named;
  }

  private static void put(Map<String, Long> map, String name, long count) {
    if (count != 0) {
      map.put(name, count);
    }
  }
}
