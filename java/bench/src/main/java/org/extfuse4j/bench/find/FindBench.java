// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.extfuse4j.bench.CacheState;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.Workload;
import org.extfuse4j.bench.scale.TreeNames;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;

/** Mounts the contenders, runs the workloads on them in turn, and compares what they print. */
final class FindBench {
  // For unmounting and the report.
  private static final double RESERVE_SECONDS = 8;
  private static final int WARM_UP_NAMES = 1000;

  private final FindCommand options;
  private final Path tree;
  private final WorkFolder work;
  private final String launcher;
  private final long begin = System.nanoTime();
  private final Placement placement = Placement.best();
  private final List<Mounted> mounts = new ArrayList<>();
  private final OutputCheck outputs = new OutputCheck();
  private final Map<Contender, Map<Workload, Map<CacheState, Measurement>>> results =
      new EnumMap<>(Contender.class);

  FindBench(FindCommand options, Path tree, WorkFolder work, String launcher) {
    this.options = options;
    this.tree = tree;
    this.work = work;
    this.launcher = launcher;
  }

  FindReport run() throws InterruptedException {
    Map<Contender, Future<Mounted>> mounting = startMounting();
    TreeNames names = TreeNames.of(tree, work.file("list"));
    if (names.files() == 0) {
      throw new CommandException("tree " + tree + " has no files: give one with some thousands");
    }
    int wanted =
        Math.min(names.count(), options.sample == null ? Integer.MAX_VALUE : options.sample);
    Console.say(
        String.format("bench: %,d files, %,d names in %s", names.files(), names.count(), tree));
    finishMounting(mounting);
    SamplePlan plan = warmUp(names, wanted);
    names.write(plan.sample(), names());
    double pace = plan.seconds();
    long from = System.nanoTime();
    for (int run = 0; run < plan.runs(); run++) {
      List<Mounted> order = new ArrayList<>(mounts);
      Collections.rotate(order, -run);
      for (int i = 0; i < order.size(); i++) {
        progress(plan.runs(), run, (double) i / order.size(), order.get(i), pace);
        measure(order.get(i));
      }
      pace = seconds(from) / (run + 1);
    }
    return report(names.files());
  }

  /** All at once: starting four JVMs one by one takes a good part of a minute under emulation. */
  private Map<Contender, Future<Mounted>> startMounting() {
    Map<Contender, Future<Mounted>> mounting = new EnumMap<>(Contender.class);
    for (Contender contender : Contender.values()) {
      FutureTask<Mounted> task =
          new FutureTask<>(
              () ->
                  contender == Contender.NATIVE
                      ? Mounted.tree(tree)
                      : Mounted.mount(contender, tree, work.mountpoints(), launcher));
      Thread thread = new Thread(task, "mount-" + contender.label);
      thread.setDaemon(true);
      thread.start();
      mounting.put(contender, task);
    }
    return mounting;
  }

  private void finishMounting(Map<Contender, Future<Mounted>> mounting)
      throws InterruptedException {
    for (Map.Entry<Contender, Future<Mounted>> one : mounting.entrySet()) {
      try {
        Mounted mounted = one.getValue().get();
        mounted.place(placement);
        mounts.add(mounted);
      } catch (ExecutionException e) {
        if (one.getKey() != Contender.EXTFUSE || !(e.getCause() instanceof CommandException)) {
          throw new CommandException(one.getKey().label + ": " + e.getCause().getMessage());
        }
        Console.say("bench: without the extfuse contender: " + e.getCause().getMessage());
      }
    }
  }

  /**
   * A short round on a part of the tree that does not count, for the JIT compilers. Its pace, cold
   * and warm, decides the plan.
   */
  private SamplePlan warmUp(TreeNames names, int wanted) throws InterruptedException {
    int few = Math.min(wanted, WARM_UP_NAMES);
    names.write(few, names());
    TreeNames.Part part = names.part(WARM_UP_NAMES);
    List<String> findPart = Workload.FIND.command(part.directory(), names());
    List<String> statFew = Workload.STAT.command(part.directory(), names());
    double find = 0;
    double stat = 0;
    double rest = 0;
    for (Mounted mounted : mounts) {
      Console.say("bench: warm-up, " + mounted.contender().label);
      long from = System.nanoTime();
      DropCaches.drop(mounted, mounts);
      rest += seconds(from);
      for (int i = 0; i < CacheState.values().length; i++) {
        find += time(mounted, Workload.FIND, findPart);
        stat += time(mounted, Workload.STAT, statFew);
      }
    }
    outputs.reset();
    double left =
        options.budget == null
            ? Double.POSITIVE_INFINITY
            : options.budget - seconds(begin) - RESERVE_SECONDS;
    double fixed = find * names.count() / part.names() + rest * Workload.values().length;
    SamplePlan plan = SamplePlan.of(wanted, options.runs, fixed, stat / few, left);
    Console.say(
        String.format(
            "bench: %d runs, %,d names to stat in each, about %s",
            plan.runs(), plan.sample(), clock(plan.runs() * plan.seconds())));
    if (plan.runs() * plan.seconds() > left) {
      Console.say("bench: this machine is too slow for the budget, it may take longer");
    }
    return plan;
  }

  private void measure(Mounted mounted) throws InterruptedException {
    for (Workload workload : Workload.values()) {
      DropCaches.drop(mounted, mounts);
      for (CacheState state : CacheState.values()) {
        Mounted.Counts before = mounted.counts();
        double seconds = time(mounted, workload, workload.command(".", names()));
        Mounted.Counts counted = mounted.counts().since(before);
        results
            .computeIfAbsent(mounted.contender(), c -> new EnumMap<>(Workload.class))
            .computeIfAbsent(workload, w -> new EnumMap<>(CacheState.class))
            .computeIfAbsent(state, s -> new Measurement())
            .add(seconds, counted);
      }
    }
  }

  private double time(Mounted mounted, Workload workload, List<String> command)
      throws InterruptedException {
    Path out = work.file(workload.label + ".out");
    double seconds = Tool.time(placement.launcher(), command, mounted.root(), out);
    outputs.check(workload.label, mounted.contender().label, out);
    return seconds;
  }

  private FindReport report(int files) {
    List<FindReport.Entry> entries = new ArrayList<>();
    results.forEach(
        (contender, workloads) ->
            workloads.forEach(
                (workload, states) ->
                    states.forEach(
                        (state, measurement) ->
                            entries.add(
                                FindReport.entry(contender, workload, state, measurement)))));
    return new FindReport(Environment.kernel(), Environment.accel(), files, entries);
  }

  private static void progress(int runs, int run, double done, Mounted mounted, double pace) {
    Console.say(
        String.format(
            "bench: run %d of %d, %s; about %s left",
            run + 1,
            runs,
            mounted.contender().label,
            clock((runs - run - done) * pace + RESERVE_SECONDS)));
  }

  private Path names() {
    return work.file("names");
  }

  private static double seconds(long from) {
    return (System.nanoTime() - from) / 1e9;
  }

  private static String clock(double seconds) {
    long s = Math.round(seconds);
    return String.format("%d:%02d", s / 60, s % 60);
  }
}
