// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.extfuse4j.bench.ForeignMount;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.ServedMount;
import org.extfuse4j.bench.Working;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.bench.jnrfuse.LibfuseMount;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.run.Mounts;

/** A competitor in place. */
final class Site implements Working {
  private static final int NONE = -1;
  private static final int IDLE_MS = 200;
  private static final int LONGEST_MS = 120_000;

  private final Competitor competitor;
  private final Path root;
  private final long pid;
  private final int connection;
  private final ControlClient control;

  private Site(Competitor competitor, Path root, long pid, ControlClient control) {
    this.competitor = competitor;
    this.root = root;
    this.pid = pid;
    this.control = control;
    connection =
        competitor == Competitor.NATIVE
            ? NONE
            : Mounts.at(root).map(Mounts.Mount::connection).orElse(NONE);
  }

  /**
   * Mounts a folder.
   *
   * @param mountpoints where the mount point is made
   * @param launcher of our own daemon
   * @throws CommandException in the words of the program that cannot
   */
  static Site start(Competitor competitor, Path source, Path mountpoints, String launcher)
      throws InterruptedException {
    Path root = mountpoints.resolve(competitor.label);
    Path log = mountpoints.resolveSibling(competitor.label + ".log");
    return switch (competitor.kind) {
      case TREE -> new Site(competitor, source, NONE, null);
      case EXTFUSE -> {
        ServedMount mount = ServedMount.start(launcher, competitor.options(), source, root);
        yield new Site(competitor, root, mount.pid(), mount.control());
      }
      case BINDFS, MERGERFS -> {
        List<String> command = new ArrayList<>();
        command.add(competitor.kind.name().toLowerCase(Locale.ROOT));
        command.addAll(competitor.options());
        command.addAll(List.of(source.toString(), root.toString()));
        Process process = ForeignMount.start(command.get(0), command, root, log);
        yield new Site(competitor, root, process.pid(), null);
      }
      case JNRFUSE -> {
        Process process =
            LibfuseMount.start(
                MirrorFs.class.getName(),
                competitor.options().get(0),
                List.of("-D" + MirrorFs.SOURCE + "=" + source),
                root,
                log);
        yield new Site(competitor, root, process.pid(), null);
      }
    };
  }

  Competitor competitor() {
    return competitor;
  }

  Path root() {
    return root;
  }

  /** By which the kernel names it in its trace events. */
  int connection() {
    return connection;
  }

  /** What our own daemon counts. */
  Mounted.Counts counts() {
    return control == null ? Mounted.Counts.NONE : Mounted.Counts.of(control.stats());
  }

  void flush() {
    if (competitor.cached()) {
      control.flush();
    }
  }

  /**
   * Has its daemon serve on one processor: not the JVM's own threads, which are in nobody's way.
   */
  void place(Placement placement) throws InterruptedException {
    switch (competitor.kind) {
      case TREE -> {}
      case EXTFUSE -> placement.moveServing(pid);
      case BINDFS, MERGERFS -> placement.moveServing(pid, name -> !name.isEmpty());
      case JNRFUSE -> placement.moveServing(pid, LibfuseMount::isServing);
    }
  }

  /** Has its daemon serve wherever the scheduler likes. */
  void spread(Placement placement) throws InterruptedException {
    if (competitor != Competitor.NATIVE) {
      placement.spread(pid);
    }
  }

  @Override
  public Object activity() {
    if (control != null) {
      return counts();
    }
    return processorTime();
  }

  /** Waits until its daemon has nothing to do, not even to compile what it executes often. */
  void awaitIdle() throws InterruptedException {
    Working.awaitQuiet(this::processorTime, IDLE_MS, LONGEST_MS);
  }

  /** What its daemon has used, in hundredths of a second. */
  private String processorTime() {
    if (competitor == Competitor.NATIVE) {
      return "";
    }
    try {
      // User and system time, after the name, which is in parentheses.
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')')).split(" ", -1);
      return fields[12] + " " + fields[13];
    } catch (IOException e) {
      throw new CommandException("the daemon of " + competitor.label + " is gone", e);
    }
  }
}
