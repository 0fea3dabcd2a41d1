// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.daemon.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench compare}: the options; {@link Comparison} does the work. */
@Command(
    name = "compare",
    description = {
      "Runs what people do with a source tree (find, ls, git status, tar, gcc, rm, stat storms) on the"
          + " tree itself, on ExtFUSE, on this daemon without the in-kernel cache, on bindfs, on"
          + " mergerfs and on a mirror in Java by jnr-fuse.",
      "",
      "Needs bindfs, mergerfs and libfuse 2. Drops the caches of the machine. In the first round"
          + " requests are counted and nothing is timed. In a control group that has nothing else in"
          + " it, and whose memory is accounted (cgroup v2), find and stat are also run after the"
          + " kernel has reclaimed that.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
  @Option(
      names = "--disk",
      required = true,
      paramLabel = "DIR",
      description =
          "A folder with a part of the Linux source in linux/, which is a git repository; it is"
              + " written to, in work/.")
  Path disk;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the results go: JSON, charts, and a page that holds them.")
  Path out;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Calls of a stat storm (default: ${DEFAULT-VALUE}).")
  int draws;

  @Option(
      names = "--compiled",
      paramLabel = "N",
      defaultValue = "7",
      description = "Files that are compiled, up to 7 (default: ${DEFAULT-VALUE}).")
  int compiled;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description = "Run less often if it would take longer than that.")
  Integer budget;

  @Option(
      names = "--mounts",
      split = ",",
      paramLabel = "NAME",
      description = "Only these besides native, such as extfuse,fuse,bindfs-1h.")
  List<String> mounts = List.of();

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description = "Only these, such as stat-zipf,ls; and find, after which others are warm.")
  List<String> workloads = List.of();

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 1 || draws < 1 || compiled < 1 || (budget != null && budget < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--runs, --draws, --compiled and --budget: give numbers from 1");
    }
    String launcher = Environment.launcher();
    List<Competitor> competitors =
        chosen("--mounts", mounts, Competitor.values(), Competitor.NATIVE, c -> c.label);
    List<RunTask> tasks =
        chosen("--workloads", workloads, RunTask.values(), RunTask.FIND, task -> task.label);
    if (tasks.contains(RunTask.REMOVE) && !tasks.contains(RunTask.UNTAR)) {
      throw new ParameterException(
          spec.commandLine(), "--workloads: rm removes what untar has made; name both");
    }
    if (!Files.isDirectory(disk.resolve(Inputs.TREE).resolve(".git"))) {
      throw new CommandException(
          disk + " has no git repository in " + Inputs.TREE + "/: scripts/bench makes one");
    }
    if (!Files.isWritable(DropCaches.FILE)) {
      throw new CommandException("cannot drop caches (" + DropCaches.FILE + "): run it as root");
    }
    Results results;
    try (WorkFolder folder = WorkFolder.in(null)) {
      results = new Comparison(this, competitors, tasks, disk.toRealPath(), folder, launcher).run();
    } catch (IOException e) {
      throw new CommandException("cannot find " + disk, e);
    }
    results.write(out);
    new Page(results, out).write();
    spec.commandLine().getOut().println(new RatioTable(results));
    return 0;
  }

  /** Those of a list that are named, or all; and the one that the others need. */
  private <T> List<T> chosen(
      String option, List<String> names, T[] all, T needed, Function<T, String> label) {
    List<String> known = Arrays.stream(all).map(label).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(), option + ": '" + name + "' is none of " + String.join(", ", known));
      }
    }
    return Arrays.stream(all)
        .filter(one -> names.isEmpty() || names.contains(label.apply(one)) || one == needed)
        .toList();
  }
}
