// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import org.extfuse4j.bench.compare.ChartCommand;
import org.extfuse4j.bench.compare.CompareCommand;
import org.extfuse4j.bench.compare.InstructionsCommand;
import org.extfuse4j.bench.find.FindCommand;
import org.extfuse4j.bench.jnrfuse.JnrFuseCommand;
import org.extfuse4j.bench.metrics.MetricsCommand;
import org.extfuse4j.bench.scale.ScaleCommand;
import org.extfuse4j.cli.CommandRunner;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code extfuse-bench} command: the benchmarks by name. */
@Command(
    name = "extfuse-bench",
    description = "Measures mounts with and without the in-kernel cache.",
    subcommands = {
      ChartCommand.class,
      CompareCommand.class,
      FindCommand.class,
      InstructionsCommand.class,
      JnrFuseCommand.class,
      MetricsCommand.class,
      ScaleCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new CommandLine(new Main()), args));
  }
}
