// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import org.extfuse4j.cli.bench.compare.ChartCommand;
import org.extfuse4j.cli.bench.compare.CompareCommand;
import org.extfuse4j.cli.bench.compare.InstructionsCommand;
import picocli.CommandLine.Command;

/** {@code extfuse bench}: the benchmarks by name. */
@Command(
    name = "bench",
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
public final class BenchCommand {}
