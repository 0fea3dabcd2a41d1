// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.extfuse4j.cache.Patience;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.RunDirectory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The packaged command, run on this machine's kernel as root. Gives each test a source with some
 * files and a mount point, and fails the test that leaves a mount, a daemon or a run directory.
 */
final class Cli implements BeforeEachCallback, AfterEachCallback {
  private static final int PATIENCE_S = Patience.seconds(60);
  private static final String LAUNCHER = System.getProperty("extfuse.launcher");
  private static final String JAR = System.getProperty("extfuse.jar");

  Path dir;
  Path source;
  Path mountpoint;

  /** What a command did. */
  record Result(int status, String out, String err) {
    /** It ended well and without a word. */
    void silent() {
      assertThat(this).isEqualTo(new Result(0, "", ""));
    }

    /** It ended with one line for the person. */
    void says(int expected, String line) {
      assertThat(err).isEqualTo("extfuse: " + line + "\n");
      assertThat(out).isEmpty();
      assertThat(status).isEqualTo(expected);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    dir = Files.createTempDirectory(Path.of("/var/tmp").toRealPath(), "extfuse-it.");
    source = Files.createDirectory(dir.resolve("source"));
    mountpoint = Files.createDirectory(dir.resolve("mnt"));
    Files.createDirectory(source.resolve("sub"));
    Files.writeString(source.resolve("sub/file"), "some text");
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (context.getExecutionException().isPresent()) {
      showLogs();
    }
    List<String> left = new ArrayList<>();
    for (Mounts.Mount mount : Mounts.list()) {
      if (mount.mountpoint().startsWith(dir + "/")) {
        left.add(mount.toString());
        run(List.of("umount", "-l", mount.mountpoint()), Map.of());
      }
    }
    for (RunDirectory run : RunDirectory.all()) {
      run.daemon()
          .filter(daemon -> daemon.mountpoint().startsWith(dir + "/"))
          .ifPresent(
              daemon -> {
                left.add(daemon.toString());
                ProcessHandle.of(daemon.pid()).ifPresent(ProcessHandle::destroyForcibly);
                run.remove();
              });
    }
    // Not rm -r: what might still be mounted there must live.
    for (String name :
        List.of("source/sub/file", "source/sub", "source", "mnt", "mnt2", "log", "file", "link")) {
      Files.deleteIfExists(dir.resolve(name));
    }
    try (var rest = Files.list(dir)) {
      rest.forEach(path -> left.add(path.toString()));
    }
    Files.deleteIfExists(dir);
    assertThat(left).as("what the test left behind").isEmpty();
  }

  // What the daemons of a test that fails have said, before they are gone.
  @SuppressWarnings("SystemOut")
  private void showLogs() throws IOException {
    for (RunDirectory run : RunDirectory.all()) {
      if (run.daemon().filter(d -> d.mountpoint().startsWith(dir + "/")).isPresent()
          && Files.exists(run.log())) {
        System.out.println(run.log() + ":\n" + Files.readString(run.log()));
      }
    }
    Path foreground = dir.resolve("log");
    if (Files.isRegularFile(foreground)) {
      System.out.println(foreground + ":\n" + Files.readString(foreground));
    }
  }

  /** The launcher. */
  Result extfuse(Object... arguments) {
    return run(command(List.of(LAUNCHER), arguments), Map.of());
  }

  /** The command in this process, without what it says on standard error: a JVM takes its time. */
  static Result here(Object... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, false, StandardCharsets.UTF_8));
    try {
      int status = Main.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      return new Result(status, out.toString(StandardCharsets.UTF_8), "");
    } finally {
      System.setOut(before);
    }
  }

  /** The launcher in another environment. */
  Result extfuse(Map<String, String> environment, Object... arguments) {
    return run(command(List.of(LAUNCHER), arguments), environment);
  }

  /** The jar, in the foreground. */
  Result main(Object... arguments) {
    return run(command(java(), arguments), Map.of());
  }

  /** The jar, started by another program that takes its place: unshare, setpriv. */
  Result mainUnder(List<String> prefix, Object... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java());
    return run(command(command, arguments), Map.of());
  }

  /** A prefix that takes capabilities away: "-sys_admin". */
  static List<String> without(String capabilities) {
    return List.of("setpriv", "--bounding-set=" + capabilities, "--inh-caps=" + capabilities);
  }

  static List<String> java() {
    String java = ProcessHandle.current().info().command().orElse("java");
    return List.of(java, "-XX:TieredStopAtLevel=1", "-jar", JAR);
  }

  /**
   * Starts the jar with {@code mount -f} and waits until it serves.
   *
   * @param prefix a program that starts it, perhaps in a mount namespace of its own
   */
  Process foreground(List<String> prefix, Object... options) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java());
    command.addAll(List.of("mount", "-f"));
    List<String> whole = command(command, options);
    whole.add(source.toString());
    whole.add(mountpoint.toString());
    try {
      Process process =
          new ProcessBuilder(whole)
              .redirectOutput(dir.resolve("file").toFile())
              .redirectError(dir.resolve("log").toFile())
              .start();
      await(
          () -> {
            assertThat(process.isAlive()).as("%s", whole).isTrue();
            return daemon() != null && (!prefix.isEmpty() || Mounts.at(mountpoint).isPresent());
          });
      return process;
    } catch (IOException e) {
      return fail(e);
    }
  }

  /** The daemon of the mount point, or null. */
  RunDirectory.Daemon daemon() {
    return RunDirectory.all().stream()
        .flatMap(run -> run.daemon().stream())
        .filter(daemon -> daemon.mountpoint().equals(mountpoint.toString()) && daemon.alive())
        .findFirst()
        .orElse(null);
  }

  /** The run directory of what is mounted there. */
  RunDirectory run() {
    return Mounts.at(mountpoint).map(m -> RunDirectory.of(m.connection())).orElseThrow();
  }

  static Result kill(String signal, long pid) {
    return run(List.of("kill", "-" + signal, Long.toString(pid)), Map.of());
  }

  static int waitFor(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        fail(e);
      }
    }
  }

  static Result run(List<String> command, Map<String, String> environment) {
    try {
      Path out = Files.createTempFile("extfuse-it", ".out");
      Path err = Files.createTempFile("extfuse-it", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      Result result =
          new Result(
              ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException | InterruptedException e) {
      return fail(e);
    }
  }

  private static List<String> command(List<String> program, Object... arguments) {
    List<String> command = new ArrayList<>(program);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }
}
