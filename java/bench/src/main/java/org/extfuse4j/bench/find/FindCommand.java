// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.daemon.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench find}: the options; {@link FindBench} does the work. */
@Command(
    name = "find",
    description = {
      "Traverses a tree ('find . -type f -size +1k') and stats its names in random order: on the"
          + " tree itself, on plain FUSE with timeouts of 0, 1 s and an hour, and on ExtFUSE; each"
          + " with cold and with warm caches.",
      "",
      "Drops the caches of the machine. The first round warms up the daemons' JIT compilers and is"
          + " not counted.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class FindCommand implements Callable<Integer> {
  @Option(
      names = "--tree",
      required = true,
      paramLabel = "DIR",
      description = "The tree, on a file system of a disk.")
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
      defaultValue = "3",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Names to stat in a run (default: all).")
  Integer sample;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description =
          "End within that time: stat fewer names if need be (not fewer than 5000), then run less"
              + " often (not less than 3 times).")
  Integer budget;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where mount points and outputs are (default: the directory for temporary" + " files).")
  Path work;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 1 || (sample != null && sample < 1) || (budget != null && budget < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--runs, --sample and --budget: give numbers from 1");
    }
    String launcher = Environment.launcher();
    if (!Files.isDirectory(tree)) {
      throw new CommandException("tree " + tree + " is not a directory: give an existing one");
    }
    if (!Files.isWritable(DropCaches.FILE)) {
      throw new CommandException("cannot drop caches (" + DropCaches.FILE + "): run it as root");
    }
    FindReport report;
    try (WorkFolder folder = WorkFolder.in(work)) {
      report = new FindBench(this, tree.toRealPath(), folder, launcher).run();
    } catch (IOException e) {
      throw new CommandException("cannot find the tree " + tree, e);
    }
    report.write(out);
    spec.commandLine().getOut().println(new FindTable(report));
    return 0;
  }
}
