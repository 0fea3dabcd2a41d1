// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * What a daemon says of itself, counts since it was mounted. Opcodes without a count are left out.
 *
 * @param cache whether answers are given in the kernel
 * @param metrics where Prometheus finds them, or null
 * @param upcalls requests that reached the daemon, by opcode
 * @param errors requests of these that it answered with an error, by opcode
 * @param answered requests that were answered in the kernel, by opcode
 * @param outcomes what became of what the kernel asked, or had no need to ask, by opcode
 * @param nodes that the daemon keeps
 * @param changes of the in-kernel cache, null without
 */
public record DaemonStats(
    @JsonProperty("mount") String mount,
    @JsonProperty("source") String source,
    @JsonProperty("pid") long pid,
    @JsonProperty("cache") boolean cache,
    @JsonProperty("metrics") String metrics,
    @JsonProperty("upcalls") Map<String, Long> upcalls,
    @JsonProperty("errors") Map<String, Long> errors,
    @JsonProperty("answered") Map<String, Long> answered,
    @JsonProperty("outcomes") Map<String, Map<String, Long>> outcomes,
    @JsonProperty("nodes") NodeCounts nodes,
    @JsonProperty("changes") Changes changes) {

  /**
   * What left the in-kernel cache.
   *
   * @param evicted names, for others
   * @param invalidatedEntries names, because of a change
   * @param invalidatedAttrs attributes, because of a change
   * @param flushes how often all of it was
   */
  public record Changes(
      @JsonProperty("evicted") long evicted,
      @JsonProperty("invalidated_entries") long invalidatedEntries,
      @JsonProperty("invalidated_attrs") long invalidatedAttrs,
      @JsonProperty("flushes") long flushes) {}

  /** Counts of {@link org.extfuse4j.fuse.session.UpcallCounters} by the names of the opcodes. */
  public static Map<String, Long> named(long[] counts) {
    Map<String, Long> named = new TreeMap<>();
    for (int opcode = 0; opcode < counts.length; opcode++) {
      put(named, FuseOpcode.name(opcode), counts[opcode]);
    }
    return named;
  }

  /** The answers given in the kernel, by name. */
  public static Map<String, Long> answered(CacheStats stats) {
    Map<String, Long> named = new TreeMap<>();
    for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
      put(named, FuseOpcode.name(opcode), stats.answered(opcode));
    }
    return named;
  }

  /** All that the program counted, by name of opcode and outcome. */
  public static Map<String, Map<String, Long>> outcomes(CacheStats stats) {
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
