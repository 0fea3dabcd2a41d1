// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.daemon.control.DaemonLatency;
import org.extfuse4j.daemon.control.DaemonStats;
import org.extfuse4j.fuse.session.DurationHistogram;

/**
 * What happened between two samples. Rates are a second, ratios from 0 to 1, times in microseconds;
 * null is what is not known or has no value.
 *
 * @param mount where it is mounted
 * @param number of the connection
 * @param daemon the process that serves it
 * @param silence why the daemon says nothing; null if it does
 * @param seconds the length
 * @param cache whether there is an in-kernel cache
 * @param all requests together
 * @param requests by opcode, the most frequent first
 * @param misses why requests went to the daemon, the most frequent first
 * @param maps now
 * @param nodes that the daemon keeps, now
 * @param directories in which most names were looked up; null if that is not known
 * @param noDirectories why that is not known
 */
@JsonNaming(SnakeCaseStrategy.class)
record Interval(
    String mount,
    int number,
    Long daemon,
    String silence,
    double seconds,
    boolean cache,
    Requests all,
    List<Requests> requests,
    List<Miss> misses,
    List<MapSize> maps,
    Changes changes,
    Nodes nodes,
    List<Directory> directories,
    String noDirectories) {

  /**
   * Requests with one opcode.
   *
   * @param inKernel answered there
   * @param upcalls that the daemon has received
   * @param errors of these
   * @param hitRatio share that the kernel answered of what it might have answered: changes are none
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Requests(
      String request,
      Double inKernel,
      Double upcalls,
      Double errors,
      Double hitRatio,
      Double p50Us,
      Double p99Us,
      Double maxUs) {
    double rate() {
      return orZero(inKernel) + orZero(upcalls);
    }
  }

  /** Requests that the kernel did not answer, for one reason. */
  record Miss(String request, String reason, double rate) {}

  /** The size of a map; entries are -1 where they are not counted. */
  record MapSize(String map, long entries, long capacity, long memory) {}

  /** What left the in-kernel cache; see {@link DaemonStats.Changes}. */
  @JsonNaming(SnakeCaseStrategy.class)
  record Changes(
      double evictedNames,
      double reclaimedNodes,
      double invalidatedEntries,
      double invalidatedAttrs,
      double flushes) {}

  /** The nodes of the daemon now; see {@link NodeCounts}. */
  @JsonNaming(SnakeCaseStrategy.class)
  record Nodes(long nodes, long slots, long slotCapacity, long reclaimBacklog) {}

  /**
   * A directory in which names are looked up.
   *
   * @param path from the mount's root; null if the cache does not know it
   */
  record Directory(long nodeid, String path, double lookups) {}

  private static final double SECOND = 1e9;
  private static final double MICROSECOND = 1e3;
  private static final double LONGEST_NS = DurationHistogram.end(DurationHistogram.BUCKETS - 2);
  private static final DurationHistogram NONE = DurationHistogram.of(Map.of(), 0);

  /** The difference of two samples of a mount. */
  static Interval of(
      String mount,
      int number,
      Long pid,
      Sample before,
      Sample after,
      List<Directory> directories,
      String noDirectories) {
    double seconds = Math.max(1, after.atNs() - before.atNs()) / SECOND;
    Difference difference = new Difference(before, after, seconds);
    List<MapSize> maps = new ArrayList<>();
    for (MapRecord map : after.maps()) {
      maps.add(new MapSize(map.name(), map.elements(), map.capacity(), map.memory()));
    }
    return new Interval(
        mount,
        number,
        pid,
        silence(before, after),
        seconds,
        after.outcomes() != null,
        difference.requests("all", difference.opcodes()),
        difference.byOpcode(),
        difference.misses(),
        maps,
        difference.changes(),
        nodes(after.daemon()),
        directories,
        noDirectories);
  }

  private static String silence(Sample before, Sample after) {
    return after.silence() == null && before.daemon() == null
        ? "it has only just answered"
        : after.silence();
  }

  private static Nodes nodes(DaemonStats daemon) {
    NodeCounts now = daemon == null ? null : daemon.nodes();
    return now == null
        ? null
        : new Nodes(now.nodes(), now.slots(), now.slotCapacity(), now.reclaimBacklog());
  }

  private static double orZero(Double rate) {
    return rate == null ? 0 : rate;
  }

  /** Two samples next to each other. */
  private record Difference(Sample before, Sample after, double seconds) {
    boolean kernel() {
      return before.outcomes() != null && after.outcomes() != null;
    }

    boolean daemon() {
      return before.daemon() != null && after.daemon() != null;
    }

    TreeSet<String> opcodes() {
      TreeSet<String> opcodes = new TreeSet<>();
      if (kernel()) {
        opcodes.addAll(after.outcomes().keySet());
      }
      if (daemon()) {
        opcodes.addAll(after.daemon().upcalls().keySet());
      }
      return opcodes;
    }

    List<Requests> byOpcode() {
      List<Requests> rows = new ArrayList<>();
      for (String opcode : opcodes()) {
        Requests row = requests(opcode, List.of(opcode));
        if (row.rate() > 0) {
          rows.add(row);
        }
      }
      rows.sort(Comparator.comparingDouble(Requests::rate).reversed());
      return rows;
    }

    Requests requests(String name, Iterable<String> opcodes) {
      long answered = 0;
      long missed = 0;
      long upcalls = 0;
      long errors = 0;
      DurationHistogram durations = NONE;
      for (String opcode : opcodes) {
        if (kernel()) {
          for (Outcome answer : Outcome.IN_KERNEL) {
            answered += outcome(opcode, answer);
          }
          for (Outcome miss : MISSES) {
            missed += outcome(opcode, miss);
          }
        }
        if (daemon()) {
          upcalls += since(before.daemon().upcalls(), after.daemon().upcalls(), opcode);
          errors += since(before.daemon().errors(), after.daemon().errors(), opcode);
          durations = durations.plus(durations(opcode));
        }
      }
      long asked = answered + missed;
      return new Requests(
          name,
          kernel() ? Double.valueOf(answered / seconds) : null,
          daemon() ? Double.valueOf(upcalls / seconds) : null,
          daemon() ? Double.valueOf(errors / seconds) : null,
          asked > 0 ? Double.valueOf((double) answered / asked) : null,
          micros(durations, 0.5),
          micros(durations, 0.99),
          micros(durations, 1));
    }

    private static Double micros(DurationHistogram durations, double share) {
      return durations.count() <= 0
          ? null
          : Double.valueOf(
              Math.min((double) durations.quantileNs(share), LONGEST_NS) / MICROSECOND);
    }

    private DurationHistogram durations(String opcode) {
      return histogram(after, opcode).minus(histogram(before, opcode));
    }

    private static DurationHistogram histogram(Sample sample, String opcode) {
      DaemonLatency.Durations durations = sample.latency().upcalls().get(opcode);
      return durations == null ? NONE : durations.histogram();
    }

    List<Miss> misses() {
      List<Miss> rows = new ArrayList<>();
      if (!kernel()) {
        return rows;
      }
      for (String opcode : after.outcomes().keySet()) {
        for (Outcome reason : MISSES) {
          long count = outcome(opcode, reason);
          if (count > 0) {
            String word = reason.name().toLowerCase(Locale.ROOT).replace("miss_", "");
            rows.add(new Miss(opcode, word, count / seconds));
          }
        }
      }
      rows.sort(Comparator.comparingDouble(Miss::rate).reversed());
      return rows;
    }

    Changes changes() {
      if (!daemon() || after.daemon().changes() == null || before.daemon().changes() == null) {
        return null;
      }
      DaemonStats.Changes then = before.daemon().changes();
      DaemonStats.Changes now = after.daemon().changes();
      long reclaimed = after.daemon().nodes().reclaimed() - before.daemon().nodes().reclaimed();
      return new Changes(
          (now.evicted() - then.evicted()) / seconds,
          reclaimed / seconds,
          (now.invalidatedEntries() - then.invalidatedEntries()) / seconds,
          (now.invalidatedAttrs() - then.invalidatedAttrs()) / seconds,
          (now.flushes() - then.flushes()) / seconds);
    }

    private long outcome(String opcode, Outcome outcome) {
      return after.outcomes().getOrDefault(opcode, Map.of()).getOrDefault(outcome, 0L)
          - before.outcomes().getOrDefault(opcode, Map.of()).getOrDefault(outcome, 0L);
    }

    private static long since(Map<String, Long> then, Map<String, Long> now, String opcode) {
      return now.getOrDefault(opcode, 0L) - then.getOrDefault(opcode, 0L);
    }
  }

  private static final List<Outcome> MISSES =
      List.of(
          Outcome.MISS_ENTRY,
          Outcome.MISS_ATTR,
          Outcome.MISS_STALE,
          Outcome.MISS_EXPIRED,
          Outcome.MISS_TORN,
          Outcome.PASSED);
}
