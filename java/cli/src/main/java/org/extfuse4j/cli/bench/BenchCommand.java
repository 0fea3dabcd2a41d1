// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import picocli.CommandLine.Command;

/** {@code extfuse bench}: the benchmarks by name. */
@Command(
    name = "bench",
    description = "Measures mounts with and without the in-kernel cache.",
    subcommands = {
      FindCommand.class,
      JnrFuseCommand.class,
      MetricsCommand.class,
      ScaleCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK")
public final class BenchCommand {}
