// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.ServedMount;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.bench.scale.ScaleReport.Calls;
import org.extfuse4j.bench.scale.ScaleReport.LetGo;
import org.extfuse4j.bench.scale.ScaleReport.Pass;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.DaemonStats;
import org.extfuse4j.daemon.run.Umount;

/** A mount with a budget, and what is done on it. */
public final class ScaleMount {
  private static final Pattern TROUBLE = Pattern.compile(" (WARN|ERROR) +\\[|Exception");

  // As long as there is progress, it may take what it takes.
  private static final int PATIENCE_S = 10;

  private final ServedMount mount;
  private final TreeLoad load;
  private final int budget;
  private final Path log;
  private final DaemonProbe probe;
  private final Peak peak;

  private ScaleMount(ServedMount mount, TreeLoad load, int budget, Path log) {
    this.mount = mount;
    this.load = load;
    this.budget = budget;
    this.log = log;
    this.probe = new DaemonProbe(mount.pid());
    this.peak = new Peak(probe);
  }

  /** Mounts a tree for a workload of its shape. */
  static ScaleMount start(
      String name, Path tree, int budget, TreeLoad load, WorkFolder work, String launcher)
      throws InterruptedException {
    Path log = work.file(name + ".log");
    List<String> options =
        List.of("--cache=required", "--max-entries=" + budget, "--log=" + log, "--audit");
    ServedMount mount =
        ServedMount.start(launcher, options, tree, work.mountpoints().resolve(name));
    Placement.best().moveServing(mount.pid());
    return new ScaleMount(mount, load, budget, log);
  }

  public Path root() {
    return mount.root();
  }

  public TreeLoad load() {
    return load;
  }

  public int budget() {
    return budget;
  }

  public DaemonProbe probe() {
    return probe;
  }

  /** The most that was seen of some figures. */
  Peak peak() {
    return peak;
  }

  JavaHeap heap() throws InterruptedException {
    return JavaHeap.of(mount.pid());
  }

  Audit audit() {
    return mount.control().audit();
  }

  DaemonStats stats() {
    return mount.control().stats();
  }

  Pass walk(String title) throws InterruptedException {
    DaemonStats before = stats();
    JsonNode json = watched("walk", title);
    return pass(Calls.of(json), before, stats());
  }

  /** Runs the workload with an eye on the daemon. */
  @SuppressWarnings("try") // the watch is running, not used
  JsonNode watched(String mode, String title, Object... options) throws InterruptedException {
    try (Peak.Watch watch = peak.watch()) {
      return load.run(mode, title, mount.root(), options);
    }
  }

  static Pass pass(Calls calls, DaemonStats before, DaemonStats after) {
    Mounted.Counts counts = Mounted.Counts.of(after).since(Mounted.Counts.of(before));
    long up = asked(counts.upcalls());
    long all = up + asked(counts.answered());
    return new Pass(calls, counts.upcalls(), counts.answered(), (double) up / all);
  }

  private static long asked(Map<String, Long> counts) {
    return counts.getOrDefault("LOOKUP", 0L) + counts.getOrDefault("GETATTR", 0L);
  }

  /** Has cache and kernel forget all nodes; waits until only the root's is left, or no progress. */
  LetGo letGo() throws InterruptedException {
    long from = System.nanoTime();
    long nodes = Long.MAX_VALUE;
    for (int waited = 0; nodes > 1 && waited < PATIENCE_S; waited++) {
      if (waited > 0) {
        Thread.sleep(1000);
      }
      mount.control().flush();
      try {
        Files.writeString(DropCaches.FILE, "3");
      } catch (IOException e) {
        throw new CommandException("cannot drop caches", e);
      }
      long left = audit().nodes();
      waited = left < nodes ? 0 : waited;
      nodes = left;
    }
    return new LetGo(nodes, Math.round((System.nanoTime() - from) / 1e6) / 1e3);
  }

  /** Unmounts; returns what the daemon's log says of trouble. */
  List<String> end() throws InterruptedException {
    Umount.unmount(mount.root(), false);
    try {
      return Files.readAllLines(log).stream().filter(TROUBLE.asPredicate()).toList();
    } catch (IOException e) {
      throw new CommandException("cannot read the daemon's log " + log, e);
    }
  }
}
