// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.ServedMount;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.Workload;
import org.extfuse4j.bench.find.Contender;
import org.extfuse4j.bench.scale.TreeNames;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.control.DaemonStats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench metrics}: what --metrics costs. */
@Command(
    name = "metrics",
    description = {
      "Stats the names of a tree in random order, warm, on two mounts with the in-kernel cache: one"
          + " without metrics, and one whose metrics are read at an interval. They take turns, each"
          + " for about an interval.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class MetricsCommand implements Callable<Integer> {
  private static final int WARM_UPS = 2;

  @Option(names = "--tree", required = true, paramLabel = "DIR", description = "The tree.")
  Path tree;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the results go, as JSON.")
  Path out;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "9",
      description = "Pairs of runs (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Names to stat in a run (default: all).")
  Integer sample;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "From one reading of metrics to the next (default: ${DEFAULT-VALUE}, as Prometheus is"
              + " usually set up).")
  int interval;

  @Spec CommandSpec spec;

  // In turns; each with the seconds of its runs.
  private record Side(ServedMount mount, Scraper scraper, List<Double> seconds) {}

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 1 || interval < 1 || (sample != null && sample < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--runs, --interval and --sample: give numbers from 1");
    }
    String launcher = Environment.launcher();
    if (!Files.isDirectory(tree)) {
      throw new CommandException("tree " + tree + " is not a directory: give an existing one");
    }
    MetricsReport report;
    try (WorkFolder work = WorkFolder.in(null)) {
      report = measure(tree.toRealPath(), work, launcher);
    } catch (IOException e) {
      throw new CommandException("cannot find the tree " + tree, e);
    }
    report.write(out);
    spec.commandLine().getOut().println(report);
    return 0;
  }

  private MetricsReport measure(Path root, WorkFolder work, String launcher)
      throws InterruptedException, IOException {
    TreeNames names = TreeNames.of(root, work.file("list"));
    int wanted = sample == null ? names.count() : Math.min(sample, names.count());
    names.write(wanted, work.file("names"));
    Placement placement = Placement.best();
    List<Side> sides = new ArrayList<>();
    sides.add(mount(root, work.mountpoints().resolve("without"), launcher, List.of()));
    sides.add(mount(root, work.mountpoints().resolve("with"), launcher, List.of("--metrics", "0")));
    double pass = Double.POSITIVE_INFINITY;
    for (Side side : sides) {
      placement.moveServing(side.mount.pid());
      for (int i = 0; i < WARM_UPS; i++) {
        pass = Math.min(pass, time(side, work, placement));
      }
    }
    int passes = (int) Math.ceil(interval / pass);
    repeat(work.file("names"), passes);
    long before = upcalls(sides);
    for (int run = 0; run < runs; run++) {
      Console.say("bench: pair %d of %d".formatted(run + 1, runs));
      for (int i = 0; i < sides.size(); i++) {
        Side side = sides.get((run + i) % sides.size());
        side.seconds.add(watched(side, work, placement));
      }
    }
    return MetricsReport.of(
        Environment.kernel(),
        Environment.accel(),
        wanted * passes,
        interval,
        sides.get(0).seconds,
        sides.get(1).seconds,
        sides.get(1).scraper.seconds(),
        upcalls(sides) - before);
  }

  private static void repeat(Path list, int times) throws IOException {
    byte[] once = Files.readAllBytes(list);
    try (OutputStream to = Files.newOutputStream(list)) {
      for (int i = 0; i < times; i++) {
        to.write(once);
      }
    }
  }

  private Side mount(Path tree, Path at, String launcher, List<String> more)
      throws InterruptedException {
    List<String> options = new ArrayList<>(Contender.EXTFUSE.options());
    options.addAll(more);
    ServedMount mount = ServedMount.start(launcher, options, tree, at);
    String url = mount.control().stats().metrics();
    return new Side(mount, url == null ? null : new Scraper(url, interval), new ArrayList<>());
  }

  private static double watched(Side side, WorkFolder work, Placement placement)
      throws InterruptedException {
    if (side.scraper == null) {
      return time(side, work, placement);
    }
    side.scraper.begin();
    try {
      return time(side, work, placement);
    } finally {
      side.scraper.end();
    }
  }

  private static double time(Side side, WorkFolder work, Placement placement)
      throws InterruptedException {
    List<String> command = Workload.STAT.command(".", work.file("names"));
    return Tool.time(placement.launcher(), command, side.mount.root(), work.file("stat.out"));
  }

  private static long upcalls(List<Side> sides) {
    long sum = 0;
    for (Side side : sides) {
      DaemonStats stats = side.mount.control().stats();
      sum += stats.upcalls().getOrDefault("LOOKUP", 0L);
      sum += stats.upcalls().getOrDefault("GETATTR", 0L);
    }
    return sum;
  }
}
