// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.extfuse4j.cache.Patience;

/** {@link ReferenceMain} as a process: jnr-fuse's classes first, or the adapter's. */
final class Program implements AutoCloseable {
  private static final int PATIENCE_S = Patience.seconds(40);

  private final Process process;
  private final Path mountPoint;

  private Program(Process process, Path mountPoint) {
    this.process = process;
    this.mountPoint = mountPoint;
  }

  /** By jnr-fuse and libfuse; nothing of the adapter is on its class path. */
  static Program withLibfuse(String fs, Path mountPoint, String options) throws Exception {
    var own = Path.of(ExtFuse.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return start(ReferenceMain.class, without(own), fs, mountPoint, options);
  }

  /** One that mounts by {@link ExtFuse}, with jnr-fuse's own base class, which loads libfuse. */
  static Program withLibfusesClass(String fs, Path mountPoint, String options) throws Exception {
    var own = Path.of(ExtFuse.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String classPath = without(own) + File.pathSeparator + own;
    return start(CodeMain.class, classPath, fs, mountPoint, options);
  }

  /** The same program with the adapter's classes first. */
  static Program withAdapter(String fs, Path mountPoint, String options) throws Exception {
    String classPath = System.getProperty("java.class.path");
    return start(ReferenceMain.class, classPath, fs, mountPoint, options);
  }

  private static String without(Path own) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).toAbsolutePath().equals(own))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Program start(
      Class<?> main, String classPath, String fs, Path mountPoint, String options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.add(fs);
    command.add(mountPoint.toString());
    if (!options.isEmpty()) {
      command.add(options);
    }
    Process process = new ProcessBuilder(command).inheritIO().start();
    Program program = new Program(process, mountPoint);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (!Mounts.isMounted(mountPoint)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        program.close();
        throw new IOException(fs + " is not mounted by " + command);
      }
      Thread.sleep(20);
    }
    return program;
  }

  Path mountPoint() {
    return mountPoint;
  }

  /** Whether it ends by itself, with status 0, once it is unmounted. */
  boolean ends() throws InterruptedException {
    return process.waitFor(PATIENCE_S, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() throws IOException {
    try {
      if (Mounts.isMounted(mountPoint)) {
        new ProcessBuilder("umount", "-l", mountPoint.toString()).inheritIO().start().waitFor();
      }
      if (!process.waitFor(Patience.seconds(10), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.deleteIfExists(mountPoint);
  }
}
