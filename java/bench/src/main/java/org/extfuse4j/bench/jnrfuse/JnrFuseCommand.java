// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.WorkFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench jnrfuse}: the options; {@link JnrFuseBench} does the work. */
@Command(
    name = "jnrfuse",
    description = {
      "Serves a file system written for jnr-fuse by jnr-fuse with libfuse 2 and by the adapter, with"
          + " and without the in-kernel cache, and compares how many stat(2) and readdir(3) calls each"
          + " makes a second.",
      "",
      "Needs libfuse 2 (Debian: libfuse2 or libfuse2t64). A first round warms up and is not counted.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class JnrFuseCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the results go, as JSON.")
  Path out;

  @Option(
      names = "--fs",
      paramLabel = "CLASS",
      defaultValue = "ru.serce.jnrfuse.examples.MemoryFS",
      description =
          "The file system, which must start empty and take files (default: ${DEFAULT-VALUE}).")
  String fs;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Files in the tree (default: ${DEFAULT-VALUE}).")
  int files;

  @Option(
      names = "--dirs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Directories (default: ${DEFAULT-VALUE}).")
  int dirs;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "5000",
      description = "stat calls, and readdir calls, in a run (default: ${DEFAULT-VALUE}).")
  int calls;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where mount points and outputs are (default: the directory for temporary files).")
  Path work;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (dirs < 1 || files < dirs || calls < 1 || runs < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--files, --dirs, --calls and --runs: give numbers from 1, and a file a directory");
    }
    String launcher = Environment.launcher();
    JnrFuseReport report;
    try (WorkFolder folder = WorkFolder.in(work)) {
      report = new JnrFuseBench(this, folder, launcher).run();
    }
    JsonFile.write(out, report);
    spec.commandLine().getOut().println(report);
    return 0;
  }
}
