// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.extfuse4j.daemon.CommandException;

/**
 * Which processors the workloads and the daemons' serving threads run on, so that a run does not
 * depend on where the scheduler happens to put them. It is always the best case of plain FUSE,
 * whose requests are one after the other: the caller sleeps while the daemon works.
 *
 * <ul>
 *   <li>Where idle processors poll ({@code idle=poll}, as scripts/vm has them under emulation): one
 *       for the workload, another for the daemons. No switch between address spaces, no interrupt.
 *   <li>Elsewhere the same for both: between two, each request would cost two interrupts and two
 *       wake-ups from idle.
 * </ul>
 *
 * The JVMs' own threads stay where they are.
 */
public final class Placement {
  private static final String WORKLOAD = "0";
  private static final Path KERNEL_COMMAND_LINE = Path.of("/proc/cmdline");

  private final String serving;

  private Placement(String serving) {
    this.serving = serving;
  }

  /** The best one for this machine. */
  public static Placement best() {
    try {
      boolean polls =
          List.of(Files.readString(KERNEL_COMMAND_LINE).strip().split(" ")).contains("idle=poll");
      return new Placement(
          polls && Runtime.getRuntime().availableProcessors() > 1 ? "1" : WORKLOAD);
    } catch (IOException e) {
      throw new CommandException("cannot read " + KERNEL_COMMAND_LINE, e);
    }
  }

  /** What our own daemon is mounted with: where it has an idle processor, it polls the device. */
  public List<String> mountOptions() {
    return serving.equals(WORKLOAD) ? List.of() : List.of("--busy-poll=1000");
  }

  /** What starts a workload on its processor. */
  public List<String> launcher() {
    return List.of("taskset", "-c", WORKLOAD);
  }

  /** Moves the session's threads ({@code fuse-N}) of a daemon to their processor. */
  public void moveServing(long pid) throws InterruptedException {
    moveServing(pid, name -> name.startsWith("fuse-"));
  }

  /** Moves those threads of a daemon to its processor that have such a name. */
  public void moveServing(long pid, Predicate<String> isServing) throws InterruptedException {
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        if (isServing.test(nameOf(task))) {
          taskset("-cp", serving, task.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw new CommandException("cannot find the threads of the daemon " + pid, e);
    }
  }

  /** Empty when the thread has ended meanwhile: JVMs have some that come and go. */
  private static String nameOf(Path task) throws IOException {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      if (Files.exists(task)) {
        throw e;
      }
      return "";
    }
  }

  /** Lets all threads of a daemon run anywhere, for workloads of more than one process. */
  public void spread(long pid) throws InterruptedException {
    String all = "0-" + (Runtime.getRuntime().availableProcessors() - 1);
    taskset("-acp", all, Long.toString(pid));
  }

  private static void taskset(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("taskset"));
    command.addAll(List.of(arguments));
    Tool.Result result = Tool.run(command);
    if (result.status() != 0) {
      throw new CommandException("taskset: " + result.lastLine());
    }
  }
}
