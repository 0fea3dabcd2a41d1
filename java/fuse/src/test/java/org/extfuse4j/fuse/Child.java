// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What a child process did. Mounts are used from children: the daemon must not wait on itself. */
public record Child(int exit, String output) {
  private static final int SECONDS = 10;

  /** Runs a command to its end, with stderr joined to stdout. */
  public static Child run(String... command) throws IOException, InterruptedException {
    return end(start(command));
  }

  public static Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  /** Waits for a process that prints little; it is killed when it does not end. */
  public static Child end(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + process.info().commandLine().orElse("?"));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Child(process.exitValue(), output);
  }

  public String succeeds() {
    assertThat(exit).as(output).isZero();
    return output;
  }

  public String fails() {
    assertThat(exit).as(output).isNotZero();
    return output;
  }
}
