// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.extfuse4j.cli.Seconds;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.PinnedMount;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse top}: what a mount does, live. */
@Command(
    name = "top",
    description = {
      "Shows what a mount does: where requests are answered and how long the daemon takes, why the"
          + " kernel did not answer, the directories in which most names are looked up, and the fill"
          + " of the in-kernel cache. q ends it.",
      "",
      "Most is read from the kernel, so it works when the daemon hangs or is gone; what only the"
          + " daemon knows is then shown as \"-\".",
      ""
    },
    mixinStandardHelpOptions = true)
public final class TopCommand implements Callable<Integer> {
  private static final long SHORTEST_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int POLL_MS = 50;
  private static final int PLAIN_WIDTH = 80;
  private static final int PLAIN_HEIGHT = 60;
  private static final int CTRL_D = 4;

  @Parameters(
      paramLabel = "MOUNT",
      arity = "0..1",
      description = PinnedMount.DESCRIPTION + " May be left out if there is only one.")
  String mount;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      defaultValue = "1",
      description = "Over which rates are counted, at least 0.1 (${DEFAULT-VALUE}).")
  long interval;

  @Option(names = "--once", description = "One interval as plain text.")
  boolean once;

  @Option(
      names = "--json",
      description =
          "With --once: as a line of JSON. Rates are a second, times in microseconds, ratios from 0"
              + " to 1; what is not known is null.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException, JsonProcessingException {
    if (interval < SHORTEST_NS) {
      throw usage("--interval is too short: give 0.1 seconds or more");
    }
    if (json && !once) {
      throw usage("--json is for --once only: give both");
    }
    PinnedMount found = mount == null ? only() : PinnedMount.of(mount);
    try (Sampler sampler = new Sampler(found, once)) {
      // Ctrl-C: the kernel's histogram is ours to remove.
      Thread hook = new Thread(sampler::abandon, "shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      if (once) {
        plain(sampler);
      } else {
        live(sampler);
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    return 0;
  }

  private static PinnedMount only() {
    List<PinnedMount> all = PinnedMount.all();
    if (all.size() == 1) {
      return all.get(0);
    }
    throw new CommandException(
        all.isEmpty()
            ? "nothing is mounted by extfuse"
            : "there are several mounts, give one: "
                + all.stream().map(PinnedMount::name).collect(Collectors.joining(", ")));
  }

  private void plain(Sampler sampler) throws InterruptedException, JsonProcessingException {
    sampler.next();
    TimeUnit.NANOSECONDS.sleep(interval);
    Interval data = sampler.next();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(data));
    } else {
      Terminal.Size size = Terminal.size();
      int width = size == null ? PLAIN_WIDTH : size.width();
      Layout.of(data, width, PLAIN_HEIGHT, "").forEach(out::println);
    }
  }

  private void live(Sampler sampler) throws InterruptedException {
    try (Terminal terminal = new Terminal()) {
      Thread hook = new Thread(terminal::close, "restore");
      Runtime.getRuntime().addShutdownHook(hook);
      Interval data = sampler.next();
      long next = System.nanoTime();
      Terminal.Size drawn = null;
      while (true) {
        next = Math.max(next + interval, System.nanoTime());
        boolean fresh = true;
        while (fresh || System.nanoTime() - next < 0) {
          Terminal.Size size = Terminal.size();
          if (size == null) {
            return; // the terminal is gone
          }
          if (fresh || !size.equals(drawn)) {
            terminal.show(lines(data, size), size);
            drawn = size;
          }
          fresh = false;
          int key = terminal.key();
          if (key == 'q' || key == 'Q' || key == CTRL_D) {
            return;
          }
          long left = next - System.nanoTime();
          TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MS)));
        }
        data = sampler.next();
      }
    }
  }

  private static List<String> lines(Interval data, Terminal.Size size) {
    return data == null
        ? List.of(Text.cut("extfuse top: measures for one interval; q quits", size.width()))
        : Layout.of(data, size.width(), size.height(), "q quits");
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
