// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.control.DaemonStats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse stats}: where the requests of a mount were answered. */
@Command(
    name = "stats",
    description = {
      "Shows how many requests reached the daemon, and how many the kernel answered.",
      ""
    },
    mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Option(names = "--json", description = "One line of JSON, with all outcomes.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    DaemonStats stats = ControlClient.of(mountpoint).stats();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? new ObjectMapper().writeValueAsString(stats) : table(stats));
    return 0;
  }

  static String table(DaemonStats stats) {
    Columns table = new Columns("request", ">upcalls", ">answered in kernel", ">in kernel");
    TreeSet<String> opcodes = new TreeSet<>(stats.upcalls().keySet());
    opcodes.addAll(stats.answered().keySet());
    for (String opcode : opcodes) {
      row(table, opcode, stats.upcalls(), stats.answered(), List.of(opcode));
    }
    row(table, "all", stats.upcalls(), stats.answered(), opcodes);
    String cache = stats.cache() ? "in-kernel cache on" : "no in-kernel cache";
    return stats.source()
        + " on "
        + stats.mount()
        + ", process "
        + stats.pid()
        + ", "
        + cache
        + "\n"
        + table;
  }

  private static void row(
      Columns table,
      String name,
      Map<String, Long> upcalls,
      Map<String, Long> answered,
      Iterable<String> opcodes) {
    long up = 0;
    long in = 0;
    for (String opcode : opcodes) {
      up += upcalls.getOrDefault(opcode, 0L);
      in += answered.getOrDefault(opcode, 0L);
    }
    table.row(
        name,
        Columns.count(up),
        Columns.count(in),
        up + in == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * in / (up + in)));
  }
}
