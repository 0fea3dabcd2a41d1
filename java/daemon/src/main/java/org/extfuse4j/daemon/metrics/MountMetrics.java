// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;
import java.util.function.Supplier;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.DurationHistogram;
import org.extfuse4j.fuse.session.UpcallCounters;

/**
 * The metrics of one mount, read when they are scraped from where they are counted anyway. There
 * are as many series as opcodes were seen, times a few, whatever the number of files.
 */
public final class MountMetrics implements MultiCollector, AutoCloseable {
  private static final String MISS = "MISS_";

  private final InfoSnapshot info;
  private final UpcallCounters upcalls;
  private final Supplier<NodeCounts> nodes;
  private final ExtFuseCache cache;
  private final MapSizes maps;

  // Guarded by this: the cache is not read while or after it is closed.
  private boolean closed;

  /**
   * Of a mount; not of what source, since whoever reaches the server may read.
   *
   * @param cache null if there is no in-kernel cache
   */
  public MountMetrics(
      String mountpoint, UpcallCounters upcalls, Supplier<NodeCounts> nodes, ExtFuseCache cache) {
    this.info =
        InfoSnapshot.builder()
            .name("extfuse_mount")
            .help("The mount that these metrics are of; always 1.")
            .dataPoint(
                InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of("mountpoint", mountpoint))
                    .build())
            .build();
    this.upcalls = upcalls;
    this.nodes = nodes;
    this.cache = cache;
    this.maps = cache == null ? null : new MapSizes(cache::maps);
  }

  /** Scrapes are empty from now on; waits for one that is under way. */
  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public synchronized MetricSnapshots collect() {
    if (closed) {
      return new MetricSnapshots();
    }
    boolean active = cache != null && cache.active();
    MetricSnapshots.Builder all = MetricSnapshots.builder().metricSnapshot(info);
    CacheStats stats = active ? cache.stats() : null;
    requests(all, stats);
    durations(all);
    nodes(all);
    all.metricSnapshot(
        Families.gauge(
            "extfuse_cache_active",
            "Whether the kernel answers requests by itself (1), or every one goes to the daemon (0).",
            active ? 1 : 0));
    if (active) {
      outcomes(all, stats);
      changes(all);
      maps(all);
    }
    return all.build();
  }

  private void requests(MetricSnapshots.Builder all, CacheStats stats) {
    CounterSnapshot.Builder requests =
        Families.counter(
            "extfuse_requests",
            "Requests of the kernel's FUSE that are done, by opcode: in_kernel were answered by the"
                + " in-kernel cache, or need not be made as nothing had changed, upcall by the daemon,"
                + " error by the daemon with an errno (also ENOENT).");
    long[] succeeded = upcalls.successes();
    long[] failed = upcalls.errors();
    for (int opcode = 0; opcode < UpcallCounters.SLOTS; opcode++) {
      boolean handled = stats != null && opcode < FuseOpcode.COUNT;
      long answered = handled ? stats.answered(opcode) : 0;
      // A rate shows how much a series grows: from nothing, if it is there before.
      boolean always = opcode == FuseOpcode.LOOKUP || opcode == FuseOpcode.GETATTR;
      if (!always && succeeded[opcode] + failed[opcode] + answered == 0) {
        continue;
      }
      String name = FuseOpcode.name(opcode);
      Families.add(requests, Labels.of("opcode", name, "outcome", "in_kernel"), answered);
      Families.add(requests, Labels.of("opcode", name, "outcome", "upcall"), succeeded[opcode]);
      Families.add(requests, Labels.of("opcode", name, "outcome", "error"), failed[opcode]);
    }
    all.metricSnapshot(requests.build());
  }

  private void durations(MetricSnapshots.Builder all) {
    HistogramSnapshot.Builder durations =
        Families.histogram(
            "extfuse_upcall_duration_seconds",
            "Seconds from when the daemon had read a request until it had written the reply, by"
                + " opcode; errors included.");
    for (int opcode = 0; opcode < UpcallCounters.SLOTS; opcode++) {
      DurationHistogram one = upcalls.durations(opcode);
      if (one.count() > 0) {
        Families.add(durations, Labels.of("opcode", FuseOpcode.name(opcode)), one);
      }
    }
    all.metricSnapshot(durations.build());
  }

  private void nodes(MetricSnapshots.Builder all) {
    NodeCounts counts = nodes.get();
    all.metricSnapshot(
        Families.gauge(
            "extfuse_nodes",
            "Nodes (inodes) that the daemon keeps, the root's included.",
            counts.nodes()));
    if (counts.slotCapacity() == 0) {
      return;
    }
    all.metricSnapshot(
        Families.gauge(
            "extfuse_node_slots",
            "Nodes that may have attributes in the in-kernel cache.",
            counts.slots()));
    all.metricSnapshot(
        Families.gauge(
            "extfuse_node_slots_capacity",
            "How many nodes may have attributes in the in-kernel cache.",
            counts.slotCapacity()));
    all.metricSnapshot(
        Families.counter(
            "extfuse_reclaimed_nodes",
            "Nodes whose attributes left the in-kernel cache for those of others, or because the"
                + " node was gone.",
            counts.reclaimed()));
    all.metricSnapshot(
        Families.gauge(
            "extfuse_reclaim_backlog_nodes",
            "Forgotten nodes without a name that wait to leave the in-kernel cache.",
            counts.reclaimBacklog()));
  }

  private static void outcomes(MetricSnapshots.Builder all, CacheStats stats) {
    CounterSnapshot.Builder misses =
        Families.counter(
            "extfuse_cache_misses",
            "Requests that the in-kernel cache was asked and did not answer, by opcode: entry or"
                + " attr were not in it, stale were marked by a change, expired too old or of"
                + " before a flush, torn being written, passed have no handler or odd arguments.");
    CounterSnapshot.Builder marks =
        Families.counter(
            "extfuse_cache_marks",
            "Requests that change something, on whose way to the daemon the in-kernel cache was"
                + " marked stale, by opcode.");
    for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
      String name = FuseOpcode.name(opcode);
      for (Outcome outcome : Outcome.values()) {
        long count = stats.count(opcode, outcome);
        if (count == 0) {
          continue;
        }
        if (outcome == Outcome.MARKED) {
          Families.add(marks, Labels.of("opcode", name), count);
        } else if (outcome == Outcome.PASSED || outcome.name().startsWith(MISS)) {
          String reason = outcome.name().replace(MISS, "").toLowerCase(Locale.ROOT);
          Families.add(misses, Labels.of("opcode", name, "reason", reason), count);
        }
      }
    }
    all.metricSnapshot(misses.build());
    all.metricSnapshot(marks.build());
  }

  private void changes(MetricSnapshots.Builder all) {
    CounterSnapshot.Builder invalidations =
        Families.counter(
            "extfuse_cache_invalidations",
            "What the daemon dropped from the in-kernel cache because of a change: names (entry) and"
                + " attributes of nodes (attr), there or not.");
    Families.add(invalidations, Labels.of("kind", "entry"), cache.invalidatedEntries());
    Families.add(invalidations, Labels.of("kind", "attr"), cache.invalidatedAttrs());
    all.metricSnapshot(invalidations.build());
    all.metricSnapshot(
        Families.counter(
            "extfuse_cache_flushes",
            "How often all of the in-kernel cache was dropped at once.",
            cache.flushes()));
    all.metricSnapshot(
        Families.counter(
            "extfuse_cache_evictions",
            "Names that left the in-kernel cache for others because their map was full.",
            cache.evictedNames()));
  }

  private void maps(MetricSnapshots.Builder all) {
    GaugeSnapshot.Builder entries =
        Families.gauge(
            "extfuse_map_entries",
            "Elements in a map of the in-kernel cache, counted the less often the longer that takes.");
    GaugeSnapshot.Builder capacity =
        Families.gauge(
            "extfuse_map_capacity", "Elements that a map of the in-kernel cache can hold.");
    GaugeSnapshot.Builder memory =
        Families.gauge(
            "extfuse_map_memory_bytes",
            "Bytes of the kernel's memory that a map of the in-kernel cache has, by its own"
                + " reckoning.");
    for (MapRecord map : maps.read(System.nanoTime())) {
      Labels label = Labels.of("map", map.name());
      if (map.elements() >= 0) {
        Families.add(entries, label, map.elements());
      }
      Families.add(capacity, label, map.capacity());
      Families.add(memory, label, map.memory());
    }
    all.metricSnapshot(entries.build());
    all.metricSnapshot(capacity.build());
    all.metricSnapshot(memory.build());
  }
}
