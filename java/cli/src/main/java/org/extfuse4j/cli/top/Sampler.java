// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * Looks at a mount again and again. The maps are read; the daemon is asked, and need not answer.
 */
final class Sampler implements AutoCloseable {
  private static final int MOST_DIRECTORIES = 40;
  private static final double SECOND = 1e9;

  /** Counting what is in the maps takes this share of the time at most. */
  private static final int COUNT_SHARE = 20;

  private final PinnedMount mount;
  private final PinnedCache cache; // null without the in-kernel cache
  private final DaemonQuestions questions;
  private final HotNodes hot;
  private final NodePaths paths;

  private List<MapRecord> maps = List.of();
  private long mapsNotBefore = System.nanoTime();
  private Sample before;

  /**
   * @param patient whether the daemon may take its time to answer
   * @throws CommandException if there is nothing to look at
   */
  Sampler(PinnedMount mount, boolean patient) {
    this.mount = mount;
    cache = mount.hasMaps() ? mount.open() : null;
    if (cache == null && mount.daemon().isEmpty()) {
      throw new CommandException(
          mount.name() + " has neither maps nor a daemon that could tell: see extfuse map ls");
    }
    questions = new DaemonQuestions(ControlClient.of(mount), patient);
    hot = HotNodes.of(mount.number(), cache != null);
    paths = cache == null ? null : new NodePaths(cache);
  }

  /**
   * What happened since the call before; from the first one, which waits for nothing, null.
   *
   * @throws CommandException if the mount is gone
   */
  Interval next() throws InterruptedException {
    // The maps live as long as somebody has them open, and would be silent for ever.
    if (cache != null && !mount.hasMaps()) {
      throw new CommandException(mount.name() + " was unmounted");
    }
    Long pid = mount.daemon().orElse(null);
    if (cache == null && pid == null) {
      throw new CommandException(mount.name() + " was unmounted, or has lost its daemon");
    }
    Sample now = sample(pid);
    List<HotNodes.Count> counts = hot.readAndClear();
    Interval interval = null;
    if (before != null) {
      double seconds = Math.max(1, now.atNs() - before.atNs()) / SECOND;
      interval =
          Interval.of(
              mount.name(),
              mount.number(),
              pid,
              before,
              now,
              counts == null ? null : directories(counts, seconds),
              hot.missing());
    }
    before = now;
    return interval;
  }

  private Sample sample(Long pid) throws InterruptedException {
    DaemonQuestions.Answer answer =
        pid == null ? new DaemonQuestions.Answer(null, null, "it is gone") : questions.ask();
    long at = System.nanoTime();
    Map<String, Map<Outcome, Long>> outcomes = cache == null ? null : outcomes(cache.stats());
    return new Sample(at, outcomes, maps(), answer.stats(), answer.latency(), answer.silence());
  }

  private List<MapRecord> maps() {
    long start = System.nanoTime();
    if (cache != null && start - mapsNotBefore >= 0) {
      maps = cache.maps().stream().filter(map -> map.type().equals("hash")).toList();
      long end = System.nanoTime();
      mapsNotBefore = end + COUNT_SHARE * (end - start);
    }
    return maps;
  }

  private List<Interval.Directory> directories(List<HotNodes.Count> counts, double seconds) {
    List<HotNodes.Count> hottest = counts.stream().limit(MOST_DIRECTORIES).toList();
    Map<Long, String> known = paths.of(hottest.stream().map(HotNodes.Count::nodeid).toList());
    List<Interval.Directory> directories = new ArrayList<>();
    for (HotNodes.Count count : hottest) {
      directories.add(
          new Interval.Directory(
              count.nodeid(), known.get(count.nodeid()), count.lookups() / seconds));
    }
    return directories;
  }

  private static Map<String, Map<Outcome, Long>> outcomes(CacheStats stats) {
    Map<String, Map<Outcome, Long>> byOpcode = new TreeMap<>();
    for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
      Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
      for (Outcome outcome : Outcome.values()) {
        long count = stats.count(opcode, outcome);
        if (count > 0) {
          counts.put(outcome, count);
        }
      }
      if (!counts.isEmpty()) {
        byOpcode.put(FuseOpcode.name(opcode), counts);
      }
    }
    return byOpcode;
  }

  /** At the end of the process, on another thread: what would stay in the kernel is removed. */
  void abandon() {
    hot.close();
  }

  @Override
  public void close() {
    hot.close();
    questions.close();
    if (cache != null) {
      cache.close();
    }
  }
}
