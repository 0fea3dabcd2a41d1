// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.MemoryReclaim;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.bench.find.OutputCheck;
import org.extfuse4j.bench.scale.TreeNames;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;

/**
 * Mounts the competitors and has each do a round of workloads in turn: first one in which requests
 * are counted and JIT compilers warm up, then those whose times count. Who begins is another one
 * each time.
 */
final class Comparison {
  private static final int MOUNTING_AT_ONCE = 3;

  private final CompareCommand options;
  private final List<Competitor> competitors;
  private final List<RunStep> steps;
  private final Path disk;
  private final WorkFolder work;
  private final String launcher;
  private final long begin = System.nanoTime();
  private final Placement placement = Placement.best();
  private final Optional<MemoryReclaim> reclaim = MemoryReclaim.find();
  private final List<Site> sites = new ArrayList<>();
  private final OutputCheck outputs = new OutputCheck();
  private final Map<Competitor, Map<RunStep, Measurement>> results =
      new EnumMap<>(Competitor.class);
  private final Map<Competitor, Map<RunStep, Map<String, Long>>> counts =
      new EnumMap<>(Competitor.class);

  Comparison(
      CompareCommand options,
      List<Competitor> competitors,
      List<RunTask> tasks,
      Path disk,
      WorkFolder work,
      String launcher) {
    this.options = options;
    this.competitors = competitors;
    steps =
        RunStep.ROUND.stream()
            .filter(step -> tasks.contains(step.task()))
            .filter(step -> reclaim.isPresent() || step.before() != RunStep.Before.RECLAIM)
            .toList();
    this.disk = disk;
    this.work = work;
    this.launcher = launcher;
  }

  Results run() throws InterruptedException {
    Path tree = disk.resolve(Inputs.TREE);
    // Git compares times and numbers of its index, which the copy to this disk has changed.
    Tool.run(List.of("git", "-c", "safe.directory=*", "-C", tree.toString(), "status"));
    makeWorkFolders();
    TreeNames names = TreeNames.of(tree, work.file("list"));
    Inputs inputs = Inputs.make(tree, names, options.draws, options.compiled, work);
    Console.say("bench: %,d files, %,d names; mounting".formatted(names.files(), names.count()));
    if (reclaim.isEmpty()) {
      Console.say(
          "bench: this process is in no memory control group: nothing is run after reclaim");
    }
    mountAll();
    long from = System.nanoTime();
    countingRound(inputs);
    double round = seconds(from);
    int runs = runs(round);
    from = System.nanoTime();
    for (int run = 0; run < runs; run++) {
      List<Site> order = new ArrayList<>(sites);
      Collections.rotate(order, -run);
      for (int i = 0; i < order.size(); i++) {
        double left = (runs - run - (double) i / order.size()) * round;
        progress("run %d of %d".formatted(run + 1, runs), order.get(i), left);
        timedRound(order.get(i), inputs.of(order.get(i).competitor()));
      }
      round = seconds(from) / (run + 1);
    }
    return new Results(names.files(), names.count(), runs, options.draws, results, counts);
  }

  /** Before anything is mounted: what a mount shows changes only through it. */
  private void makeWorkFolders() {
    try {
      for (Competitor competitor : competitors) {
        Files.createDirectories(disk.resolve(Inputs.WORK).resolve(competitor.label));
      }
    } catch (IOException e) {
      throw new CommandException("cannot write to " + disk, e);
    }
  }

  private void mountAll() throws InterruptedException {
    Map<Competitor, FutureTask<Site>> tasks = new EnumMap<>(Competitor.class);
    for (Competitor competitor : competitors) {
      tasks.put(
          competitor,
          new FutureTask<>(() -> Site.start(competitor, disk, work.mountpoints(), launcher)));
    }
    for (int i = 0; i < MOUNTING_AT_ONCE; i++) {
      Thread thread = new Thread(() -> tasks.values().forEach(FutureTask::run), "mount-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    for (Competitor competitor : competitors) {
      try {
        sites.add(tasks.get(competitor).get());
      } catch (ExecutionException e) {
        String message = competitor.label + ": " + e.getCause().getMessage();
        if (!competitor.cached() || !(e.getCause() instanceof CommandException)) {
          throw new CommandException(message);
        }
        Console.say("bench: without " + message);
      }
    }
  }

  private void countingRound(Inputs inputs) throws InterruptedException {
    long from = System.nanoTime();
    try (KernelCounts kernel = new KernelCounts()) {
      if (!kernel.counts()) {
        Console.say(
            "bench: this kernel has no histogram of FUSE's trace event (tracefs,"
                + " CONFIG_HIST_TRIGGERS): only this daemon's own counts its requests");
      }
      placeAll();
      for (int i = 0; i < sites.size(); i++) {
        Site site = sites.get(i);
        double pace = i == 0 ? 0 : seconds(from) / i;
        progress("counting requests", site, i == 0 ? 0 : pace * (sites.size() - i));
        Map<RunStep, Map<String, Long>> counted = new HashMap<>();
        counts.put(site.competitor(), counted);
        round(
            site,
            step -> {
              Map<String, Long> before = kernel.read().getOrDefault(site.connection(), Map.of());
              time(site, step, inputs.of(site.competitor()));
              Map<String, Long> after = kernel.read().getOrDefault(site.connection(), Map.of());
              if (kernel.counts()) {
                counted.put(
                    step,
                    new Mounted.Counts(after, Map.of())
                        .since(new Mounted.Counts(before, Map.of()))
                        .upcalls());
              }
            });
      }
    }
    // Switching the counters moved threads.
    placeAll();
  }

  private void placeAll() throws InterruptedException {
    for (Site site : sites) {
      site.place(placement);
    }
  }

  private int runs(double round) {
    if (options.budget == null) {
      return options.runs;
    }
    double left = options.budget - seconds(begin);
    int fitting = (int) Math.max(1, left / round);
    if (fitting < options.runs) {
      Console.say(
          "bench: a round takes %.0f s: %d runs instead of %d"
              .formatted(round, fitting, options.runs));
    }
    return Math.min(options.runs, fitting);
  }

  private void timedRound(Site site, Inputs inputs) throws InterruptedException {
    Map<RunStep, Measurement> measured =
        results.computeIfAbsent(site.competitor(), c -> new HashMap<>());
    round(
        site,
        step -> {
          Mounted.Counts before = site.counts();
          double seconds = time(site, step, inputs);
          Mounted.Counts counted = site.counts().since(before);
          measured.computeIfAbsent(step, s -> new Measurement()).add(seconds, counted);
        });
  }

  /** What is done with a step. */
  private interface Doing {
    void step(RunStep step) throws InterruptedException;
  }

  private void round(Site site, Doing doing) throws InterruptedException {
    boolean spread = false;
    for (RunStep step : steps) {
      boolean spreads = step.task().processes() > 0;
      if (spreads && !spread) {
        site.spread(placement);
      } else if (!spreads && spread) {
        site.place(placement);
      }
      spread = spreads;
      switch (step.before()) {
        case NOTHING -> {}
        case DROP_DENTRIES -> DropCaches.dentries(sites);
        case RECLAIM -> reclaim.orElseThrow().all(sites);
        case DROP_ALL -> {
          site.flush();
          DropCaches.all(sites);
        }
      }
      doing.step(step);
    }
  }

  private double time(Site site, RunStep step, Inputs inputs) throws InterruptedException {
    RunTask task = step.task();
    Path out = work.file(task.label + ".out");
    List<String> processor = task.processes() > 0 ? List.of() : placement.launcher();
    Path tree = site.root().resolve(Inputs.TREE);
    double seconds = Tool.time(processor, task.command(inputs), tree, out);
    if (task.takesItsTime()) {
      seconds = takeTime(out);
    }
    outputs.check(task.label, site.competitor().label, out);
    return seconds;
  }

  /** The first line of an output, which is removed. */
  private static double takeTime(Path out) {
    try {
      String text = Files.readString(out, StandardCharsets.ISO_8859_1);
      int line = text.indexOf('\n');
      Files.writeString(out, text.substring(line + 1), StandardCharsets.ISO_8859_1);
      return Double.parseDouble(text.substring(0, line));
    } catch (IOException e) {
      throw new CommandException("cannot read the output " + out, e);
    }
  }

  private static void progress(String what, Site site, double left) {
    long s = Math.round(left);
    String time = s == 0 ? "" : "; about %d:%02d left".formatted(s / 60, s % 60);
    Console.say("bench: " + what + ", " + site.competitor().label + time);
  }

  private static double seconds(long from) {
    return (System.nanoTime() - from) / 1e9;
  }
}
