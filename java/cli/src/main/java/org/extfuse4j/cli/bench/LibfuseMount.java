// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cli.CliException;
import org.extfuse4j.cli.Mounts;
import ru.serce.jnrfuse.FuseFS;

/**
 * Mounts a file system by jnr-fuse and libfuse, in a process of its own ({@link JnrFuseReference}).
 */
final class LibfuseMount {
  private static final int PATIENCE_S = 60;
  private static final int POLL_MS = 20;

  private LibfuseMount() {}

  /**
   * Mounts it, with the options of this JVM: a daemon's are the same.
   *
   * @param root the mount point, which is made
   * @throws CliException with the program's last words
   */
  static void start(String fs, String options, Path root, Path log) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-X"))
            .toList());
    command.addAll(
        List.of("-cp", jarOf(FuseFS.class) + File.pathSeparator + jarOf(LibfuseMount.class)));
    command.addAll(List.of(JnrFuseReference.class.getName(), fs, root.toString(), options));
    try {
      Files.createDirectories(root);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
      while (!Mounts.isMountPoint(root)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new CliException(
              "jnr-fuse did not mount "
                  + fs
                  + ": "
                  + new Tool.Result(1, Files.readString(log)).lastLine());
        }
        Thread.sleep(POLL_MS);
      }
    } catch (IOException e) {
      throw new CliException("cannot mount " + fs + " by jnr-fuse", e);
    }
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
