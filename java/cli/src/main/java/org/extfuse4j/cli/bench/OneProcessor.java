// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cli.CliException;

/**
 * Keeps workloads, and the threads of daemons that serve them, on one processor: a FUSE request is
 * one after the other, the caller sleeps while the daemon works. Between two processors each costs
 * two interrupts and two wake-ups from idle, which under emulation, or on a busy machine, take many
 * times what they take otherwise, and would be most of what is measured. It is the best case of
 * plain FUSE. The JVMs' own threads stay where they are.
 */
final class OneProcessor {
  private static final String PROCESSOR = "0";

  private OneProcessor() {}

  /** The same command, on the processor. */
  static List<String> command(List<String> command) {
    List<String> kept = new ArrayList<>(List.of("taskset", "-c", PROCESSOR));
    kept.addAll(command);
    return kept;
  }

  /** Moves the session's threads ({@code fuse-N}) of a daemon to the processor. */
  static void keepServing(long pid) throws InterruptedException {
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).startsWith("fuse-")) {
          Tool.Result moved =
              Tool.run(List.of("taskset", "-cp", PROCESSOR, task.getFileName().toString()));
          if (moved.status() != 0) {
            throw new CliException("taskset: " + moved.lastLine());
          }
        }
      }
    } catch (IOException e) {
      throw new CliException("cannot find the threads of the daemon " + pid, e);
    }
  }
}
