// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.Mounts;

/** Mounts by a program that stays in the foreground, and unmounts when it is told to end. */
public final class ForeignMount {
  private static final int PATIENCE_S = 120;
  private static final int POLL_MS = 20;

  private ForeignMount() {}

  /**
   * Starts it and waits for the mount.
   *
   * @param name what to call it in messages
   * @param root the mount point, which is made
   * @param log where its output goes
   * @throws CommandException with the program's last words
   */
  public static Process start(String name, List<String> command, Path root, Path log)
      throws InterruptedException {
    try {
      Files.createDirectories(root);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
      while (!Mounts.isMountPoint(root)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new CommandException(
              name + " did not mount: " + new Tool.Result(1, Files.readString(log)).lastLine());
        }
        Thread.sleep(POLL_MS);
      }
      return process;
    } catch (IOException e) {
      throw new CommandException("cannot mount by " + name, e);
    }
  }
}
