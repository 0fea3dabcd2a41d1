// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.JsonFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse-bench chart}: results on disk as a picture. */
@Command(
    name = "chart",
    description = {
      "Draws what 'bench compare' has written: for each workload how long it takes on each mount, as"
          + " times what it takes on the tree itself. Prints an SVG.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ChartCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT.json",
      description = "Of a workload, such as build/bench/find.json; all of one run.")
  List<Path> files;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      defaultValue = "warm",
      description = "What the caches held: cold, warm, 'dentries dropped', ... (default: warm).")
  String state;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    List<Results.OfTask> results =
        files.stream().map(file -> JsonFile.read(file, Results.OfTask.class)).toList();
    PrintWriter out = spec.commandLine().getOut();
    out.print(new RatioChart(results, state));
    out.flush();
    return 0;
  }
}
