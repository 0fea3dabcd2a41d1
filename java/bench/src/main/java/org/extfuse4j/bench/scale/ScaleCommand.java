// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.DropCaches;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.daemon.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench scale}: the options; {@link ScaleBench} does the work. */
@Command(
    name = "scale",
    description = {
      "Makes a tree of empty files and walks it through a mount whose cache holds all of it, and"
          + " through one whose cache holds a tenth: what reaches the daemon, what a name costs in"
          + " kernel memory and Java heap, what an answer costs, and how the small cache's hit rate"
          + " compares with an ideal one's.",
      "",
      "Drops the caches of the machine. The tree stays.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ScaleCommand implements Callable<Integer> {
  @Option(
      names = "--tree",
      required = true,
      paramLabel = "DIR",
      description = "An empty directory for the tree, on a file system of a disk.")
  Path tree;

  @Option(
      names = "--load",
      required = true,
      paramLabel = "FILE",
      description = "The program that makes and walks it, java/bench/target/c/tree-load.")
  Path load;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the results go, as JSON.")
  Path out;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many files (default: ${DEFAULT-VALUE}).")
  int files;

  @Option(
      names = "--dirs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many directories, of equal size (default: ${DEFAULT-VALUE}).")
  int dirs;

  @Option(
      names = "--budget",
      paramLabel = "N",
      description = "Entries of the large cache (default: as few as hold all).")
  Integer budget;

  @Option(
      names = "--stats",
      paramLabel = "N",
      description =
          "How many files the small cache is asked for, popular ones more often (default: as many"
              + " as there are).")
  Integer stats;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "25",
      description = "How often the cost of an answer is measured (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--brief",
      description =
          "Leave out what is only about time: the cost of an answer, and the walk through the small"
              + " cache.")
  boolean brief;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where mount points are (default: the directory for temporary files).")
  Path work;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (dirs < 1 || files < ScaleBench.FEWEST_FILES || files % dirs != 0) {
      throw usage(
          "--files, --dirs: at least "
              + ScaleBench.FEWEST_FILES
              + " files, and as many in each directory");
    }
    if (rounds < 1 || (stats != null && stats < 1)) {
      throw usage("--rounds, --stats: give numbers from 1");
    }
    String launcher = Environment.launcher();
    if (!Files.isWritable(DropCaches.FILE)) {
      throw new CommandException("cannot drop caches (" + DropCaches.FILE + "): run it as root");
    }
    ScaleReport report;
    try (WorkFolder folder = WorkFolder.in(work)) {
      Files.createDirectories(tree);
      report = new ScaleBench(this, tree.toRealPath(), folder, launcher).run();
    } catch (IOException e) {
      throw new CommandException("cannot make the tree " + tree, e);
    }
    JsonFile.write(out, report);
    spec.commandLine().getOut().println(new ScaleTable(report));
    return 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
