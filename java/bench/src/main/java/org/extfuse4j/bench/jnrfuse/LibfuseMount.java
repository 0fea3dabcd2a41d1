// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.ForeignMount;
import org.extfuse4j.daemon.CommandException;
import ru.serce.jnrfuse.FuseFS;

/**
 * Mounts a file system by jnr-fuse and libfuse, in a process of its own ({@link JnrFuseReference}).
 */
public final class LibfuseMount {
  private LibfuseMount() {}

  /**
   * Mounts it, with the options of this JVM: a daemon's are the same under emulation, and elsewhere
   * it has its second compiler, as a daemon has.
   *
   * @param options of libfuse, after its -o
   * @param properties of the JVM, -Dname=value
   * @param root the mount point, which is made
   * @throws CommandException with the program's last words
   */
  public static Process start(
      String fs, String options, List<String> properties, Path root, Path log)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-X"))
            .filter(
                argument ->
                    !argument.startsWith("-XX:TieredStop") || Environment.accel().equals("tcg"))
            .toList());
    command.addAll(properties);
    command.addAll(
        List.of("-cp", jarOf(FuseFS.class) + File.pathSeparator + jarOf(LibfuseMount.class)));
    command.addAll(List.of(JnrFuseReference.class.getName(), fs, root.toString(), options));
    return ForeignMount.start("jnr-fuse", command, root, log);
  }

  /**
   * Whether a thread of that name, of such a process, answers requests: those that libfuse made.
   */
  public static boolean isServing(String thread) {
    return thread.equals("java") || thread.startsWith("Thread-");
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
