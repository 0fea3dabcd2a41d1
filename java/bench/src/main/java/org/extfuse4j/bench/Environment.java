// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.extfuse4j.daemon.CommandException;

/** What a benchmark finds out about where it runs. */
public final class Environment {
  private Environment() {}

  /**
   * The program that mounts.
   *
   * @throws CommandException unless it is what runs this benchmark
   */
  public static String launcher() {
    String launcher = System.getProperty("extfuse.launcher");
    if (launcher == null) {
      throw new CommandException(
          "the benchmark mounts by the launcher: run scripts/bin/extfuse-bench");
    }
    return launcher;
  }

  /** Release of the running kernel. */
  public static String kernel() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    } catch (IOException e) {
      throw new CommandException("cannot read the kernel's release", e);
    }
  }

  /** How the processors are emulated: kvm or tcg in scripts/vm, none on a machine of its own. */
  public static String accel() {
    return Optional.ofNullable(System.getenv("EXTFUSE_VM_ACCEL")).orElse("none");
  }
}
