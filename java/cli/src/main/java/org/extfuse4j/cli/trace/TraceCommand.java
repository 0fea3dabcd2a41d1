// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cli.Seconds;
import org.extfuse4j.cli.map.NameText;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.PinnedMount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse trace}: the requests of a mount, as they come. */
@Command(
    name = "trace",
    description = {
      "Prints a line for each request of a mount when it is answered, until Ctrl-C or until the mount"
          + " is gone: when, what, on which node, by whom it was answered, with what, in what time,"
          + " and who asked.",
      "",
      "Latency is the in-kernel program's time for its answers, and from sending to reply for the"
          + " daemon's. A mount without the in-kernel cache shows what is sent to the daemon only,"
          + " and the kernel does not tell the nodes then. '?' stands for a directory that is"
          + " neither in the cache nor was looked up since, 'open' for a request without an answer.",
      ""
    },
    footer = {"", NameText.HELP},
    mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Option(names = "--count", paramLabel = "N", description = "End after so many lines.")
  Long count;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      converter = Seconds.class,
      description = "End after this time.")
  Long duration;

  @Option(
      names = "--opcode",
      paramLabel = "NAME",
      split = ",",
      description = "These requests only, such as LOOKUP,GETATTR.")
  List<String> opcodes = List.of();

  @Option(
      names = "--path",
      paramLabel = "PREFIX",
      description =
          "What is at or below this path only: from the root of the mount, or below the mount"
              + " point.")
  String path = "";

  @Option(
      names = "--summary",
      description =
          "At the end, for each kind of request: how many, how many of them the kernel answered, and"
              + " times that 50 and 99 percent did not exceed (at most 13 %% too high).")
  boolean summary;

  @Mixin OutputOptions output;

  @Override
  public Integer call() throws InterruptedException {
    if (count != null && count < 1) {
      throw new CommandException("--count " + count + " is no number of lines: give 1 or more");
    }
    if (duration != null && duration == 0) {
      throw new CommandException("--seconds 0 is no time: give seconds, such as 0.5");
    }
    PinnedMount pinned = PinnedMount.of(mount);
    RequestFilter filter = new RequestFilter(opcodes, NameText.split(pinned.inside(path)));
    Interruption interruption = new Interruption();
    try (PinnedCache maps = pinned.hasMaps() ? pinned.open() : null;
        TraceInstance instance = TraceInstance.of(pinned.number(), maps != null);
        TracePipe pipe = new TracePipe(instance.open())) {
      TraceSummary totals = summary ? new TraceSummary() : null;
      try (Tracer tracer = new Tracer(pinned, maps, filter, output, totals)) {
        tracer.run(pipe, count, duration, interruption);
      }
      if (summary) {
        totals.print(output);
      }
    } finally {
      interruption.done();
    }
    return 0;
  }
}
