// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Patience;

/** What a command did: its status, and standard output and error in one. */
public record Sh(int status, String output) {
  private static final int SECONDS = Patience.seconds(30);

  /** Runs a shell script in a directory. */
  static Sh script(Path directory, String script, String... prefix) {
    List<String> command = new ArrayList<>(List.of(prefix));
    // A script of its own working directory: the daemon's process never enters the mount.
    String text = "cd \"$1\" || exit 99\n" + script;
    command.addAll(List.of("sh", "-c", text, "sh", directory.toString()));
    return run(command.toArray(String[]::new));
  }

  public static Sh run(String... command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      process.getOutputStream().close();
      // Ends it also while its output is being read.
      Thread guard = new Thread(() -> killAfterAWhile(process), "sh-guard");
      guard.setDaemon(true);
      guard.start();
      String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      int status = process.waitFor();
      guard.interrupt();
      return new Sh(status, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void killAfterAWhile(Process process) {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The output of a command that must succeed. */
  String succeeds() {
    assertThat(status).as("status; it printed: %s", output).isZero();
    return output;
  }
}
