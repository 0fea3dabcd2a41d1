// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.daemon.control.DaemonLatency;
import org.extfuse4j.daemon.control.DaemonStats;

/** Two samples, two seconds apart. */
final class Samples {
  private static final List<MapRecord> MAPS =
      List.of(
          new MapRecord("entry_map", "hash", 65_536, 131_072, 10_000_000),
          new MapRecord("attr_map", "hash", 131_071, 131_072, 20_000_000));

  private Samples() {}

  static Sample before() {
    return new Sample(
        0,
        Map.of("LOOKUP", Map.of(Outcome.ANSWERED, 100L)),
        MAPS,
        daemon(Map.of("LOOKUP", 10L, "READ", 5L), Map.of("LOOKUP", 1L), 7, 3),
        latency(Map.of(32, 10L)),
        null);
  }

  static Sample after() {
    return new Sample(
        TimeUnit.SECONDS.toNanos(2),
        Map.of(
            "LOOKUP",
            Map.of(
                Outcome.UNCHANGED,
                400L,
                Outcome.ANSWERED,
                698L,
                Outcome.NEGATIVE,
                1000L,
                Outcome.MISS_ENTRY,
                2L),
            "UNLINK",
            Map.of(Outcome.MARKED, 6L)),
        MAPS,
        daemon(Map.of("LOOKUP", 12L, "READ", 5L, "UNLINK", 6L), Map.of("LOOKUP", 2L), 27, 43),
        latency(Map.of(32, 11L, 112, 1L)),
        null);
  }

  /** The same without a daemon. */
  static Sample silent(Sample sample) {
    return new Sample(
        sample.atNs(), sample.outcomes(), sample.maps(), null, null, "it does not answer");
  }

  private static DaemonStats daemon(
      Map<String, Long> upcalls, Map<String, Long> errors, long evicted, long reclaimed) {
    return new DaemonStats(
        "/mnt",
        "/src",
        17,
        true,
        null,
        upcalls,
        errors,
        Map.of(),
        Map.of(),
        new NodeCounts(12_345, 100, 131_072, reclaimed, 0),
        new DaemonStats.Changes(evicted, 0, 0, 0));
  }

  private static DaemonLatency latency(Map<Integer, Long> lookups) {
    return new DaemonLatency(Map.of("LOOKUP", new DaemonLatency.Durations(1000, lookups)));
  }

  static Interval interval(List<Interval.Directory> directories) {
    return Interval.of(
        "/mnt",
        40,
        17L,
        before(),
        after(),
        directories,
        directories == null ? "no tracefs: mount it" : null);
  }

  static Interval silentInterval() {
    return Interval.of("/mnt", 40, null, silent(before()), silent(after()), List.of(), null);
  }
}
