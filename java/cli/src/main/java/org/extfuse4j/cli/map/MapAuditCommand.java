// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.daemon.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse map audit}: whether lookup counts add up, now. */
@Command(
    name = "audit",
    description = {
      "Checks that replies + in-kernel answers - forgets add up for every node of a mount.",
      "",
      "Prints each node that does not, and ends with status 1 if there is one.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MapAuditCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Option(names = "--json", description = "One line of JSON.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    Audit audit = ControlClient.of(mountpoint).audit();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(audit));
    } else {
      audit.faults().forEach(out::println);
      out.printf(
          "%d nodes: %d held by the kernel, %d by the cache only; %d faults%n",
          audit.nodes(), audit.held(), audit.idle(), audit.faults().size());
    }
    return audit.faults().isEmpty() ? 0 : 1;
  }
}
