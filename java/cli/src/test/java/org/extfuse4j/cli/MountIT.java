// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SyncFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mounts live and end: in the background and in the foreground, by command, by signal, by force.
 */
class MountIT {
  private static final String WITHOUT =
      "kernel has no ExtFUSE support (CONFIG_EXTFUSE): mounted without the in-kernel cache;"
          + " scripts/vm boots one that has it";

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void inTheBackground() throws IOException {
    mount("--cache=off");

    assertThat(cli.mountpoint.resolve("sub/file")).hasContent("some text");
    RunDirectory.Daemon daemon = cli.daemon();
    assertThat(session(daemon.pid())).as("its own session").isEqualTo(daemon.pid());
    Path process = Path.of("/proc", Long.toString(daemon.pid()));
    assertThat(Files.readSymbolicLink(process.resolve("cwd"))).isEqualTo(Path.of("/"));
    assertThat(Files.readSymbolicLink(process.resolve("fd/0"))).isEqualTo(Path.of("/dev/null"));
    assertThat(Files.readSymbolicLink(process.resolve("fd/1"))).isEqualTo(Path.of("/dev/null"));
    assertThat(Files.readSymbolicLink(process.resolve("fd/2"))).isEqualTo(cli.run().log());

    umount();
  }

  @Test
  void withRelativePathsAndSymbolicLinks() throws IOException {
    Files.createSymbolicLink(cli.dir.resolve("link"), cli.mountpoint);
    String script =
        "cd \"$1\" && \"$2\" mount --cache=off source link && cat mnt/sub/file"
            + " && \"$2\" umount ./link";
    String launcher = System.getProperty("extfuse.launcher");
    Cli.Result result =
        Cli.run(List.of("sh", "-c", script, "sh", cli.dir.toString(), launcher), Map.of());

    assertThat(result).isEqualTo(new Cli.Result(0, "some text", ""));
  }

  @Test
  void withoutTheInKernelHalf() {
    cli.extfuse("mount", cli.source, cli.mountpoint).says(0, WITHOUT);
    assertThat(cli.mountpoint.resolve("sub/file")).hasContent("some text");
    umount();
  }

  @Test
  void twiceIsRefused() {
    mount("--cache=off");
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint)
        .says(
            1, cli.mountpoint + " is already mounted: extfuse umount " + cli.mountpoint + " first");
    assertThat(cli.mountpoint.resolve("sub/file")).exists();
    umount();
  }

  @Test
  void twoAtOnce() throws IOException {
    Path other = Files.createDirectory(cli.dir.resolve("mnt2"));
    mount("--cache=off");
    cli.extfuse("mount", "--cache=off", cli.source, other).silent();

    assertThat(cli.mountpoint.resolve("sub/file")).exists();
    assertThat(other.resolve("sub/file")).exists();
    umount();
    assertThat(other.resolve("sub/file")).exists();
    cli.extfuse("umount", other).silent();
  }

  @Test
  void onAPointInsideTheSource() throws IOException {
    Path inside = Files.createDirectory(cli.source.resolve("inside"));
    cli.extfuse("mount", "--cache=off", cli.source, inside).silent();

    assertThat(inside.resolve("sub/file")).hasContent("some text");
    assertThat(inside.resolve("inside")).isEmptyDirectory();
    cli.extfuse("umount", inside).silent();
    Files.delete(inside);
  }

  @Test
  void readOnly() {
    mount("--cache=off", "-r");
    assertThat(Cli.run(List.of("touch", cli.mountpoint + "/new"), Map.of()).err())
        .contains("Read-only file system");
    umount();
  }

  @Test
  void aDirectoryThatMayBeReadButNotSearched() throws Exception {
    // Root without the right to pass by permissions.
    Process process = cli.foreground(Cli.without("-dac_override,-dac_read_search"), "--cache=off");
    Cli.await(() -> Mounts.at(cli.mountpoint).isPresent());
    Path sub = cli.source.resolve("sub");
    Files.setPosixFilePermissions(sub, PosixFilePermissions.fromString("r--r--r--"));
    assertThat(cli.mountpoint.resolve("sub").toFile().list()).containsExactly("file");
    Files.setPosixFilePermissions(sub, PosixFilePermissions.fromString("rwxr-xr-x"));
    umount();
    assertThat(Cli.waitFor(process)).isZero();
  }

  @Test
  void logsRequests() throws IOException {
    Path log = cli.dir.resolve("log");
    mount("--cache=off", "-v", "--log", log);
    assertThat(cli.mountpoint.resolve("sub/file")).exists();
    umount();
    assertThat(log).content().contains("LOOKUP");
  }

  @Test
  void inTheForeground() throws Exception {
    Process process = cli.foreground(List.of());
    cli.extfuse("umount", cli.mountpoint).silent();

    assertThat(Cli.waitFor(process)).isZero();
    assertThat(cli.dir.resolve("log")).hasContent("extfuse: " + WITHOUT);
    assertThat(cli.dir.resolve("file")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void endedByASignal(String signal) throws Exception {
    Process process = cli.foreground(List.of(), "--cache=off");
    Cli.kill(signal, process.pid()).silent();

    assertThat(Cli.waitFor(process)).isZero();
    assertThat(Mounts.at(cli.mountpoint)).isEmpty();
    assertThat(cli.dir.resolve("log")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void endedByASignalInTheBackground(String signal) {
    mount("--cache=off");
    RunDirectory.Daemon daemon = cli.daemon();
    Cli.kill(signal, daemon.pid()).silent();

    Cli.await(() -> !daemon.alive());
    assertThat(Mounts.at(cli.mountpoint)).isEmpty();
  }

  @Test
  void endedByASignalWhileInUse() throws Exception {
    Process process = cli.foreground(List.of(), "--cache=off");
    FileInputStream open = open("sub/file");
    assertThat(open.read()).isEqualTo('s');
    Cli.kill("TERM", process.pid()).silent();

    assertThat(Cli.waitFor(process)).isZero();
    assertThat(Mounts.at(cli.mountpoint)).isEmpty();
    assertThat(cli.dir.resolve("log"))
        .hasContent("extfuse: " + cli.mountpoint + " is still in use: its users get ENOTCONN");
    assertGone(open);
  }

  private FileInputStream open(String file) throws IOException {
    return new FileInputStream(cli.mountpoint.resolve(file).toFile());
  }

  /** Its close(2) has nothing to ask the daemon, and succeeds. */
  private static void assertGone(FileInputStream open) throws IOException {
    assertThatThrownBy(() -> open.getFD().sync()).isInstanceOf(SyncFailedException.class);
    open.close();
  }

  @Test
  void endedByASignalAfterALazyUmount() throws Exception {
    Process process = cli.foreground(List.of(), "--cache=off");
    FileInputStream open = open("sub/file");
    Cli.run(List.of("umount", "-l", cli.mountpoint.toString()), Map.of()).silent();
    assertThat(open.read()).isEqualTo('s');
    Cli.kill("TERM", process.pid()).silent();

    assertThat(Cli.waitFor(process)).isZero();
    assertGone(open);
  }

  @Test
  void endedByUmount8() throws Exception {
    Process process = cli.foreground(List.of(), "--cache=off");
    Cli.run(List.of("umount", cli.mountpoint.toString()), Map.of()).silent();

    assertThat(Cli.waitFor(process)).isZero();
  }

  @Test
  void umountOfABusyMount() throws IOException {
    mount("--cache=off");
    RunDirectory.Daemon daemon = cli.daemon();
    try (InputStream open = Files.newInputStream(cli.mountpoint.resolve("sub/file"))) {
      cli.extfuse("umount", cli.mountpoint)
          .says(
              1,
              cli.mountpoint
                  + " is in use: close what is open there (fuser -vm "
                  + cli.mountpoint
                  + " names it), or unmount it lazily with -l");
      assertThat(cli.mountpoint.resolve("sub/file")).exists();

      cli.extfuse("umount", "-l", cli.mountpoint)
          .says(
              0,
              cli.mountpoint
                  + " is out of sight; its daemon (process "
                  + daemon.pid()
                  + ") ends with the last user");
      assertThat(Mounts.at(cli.mountpoint)).isEmpty();
      assertThat(open.readAllBytes()).asString().isEqualTo("some text");
    }
    Cli.await(() -> !daemon.alive());
  }

  @Test
  void umountOfWhatIsNotMounted() {
    cli.extfuse("umount", cli.mountpoint)
        .says(1, cli.mountpoint + " is not mounted: the mount table has nothing there");
    cli.extfuse("umount", "/proc")
        .says(1, "/proc is a mount of type proc, not of extfuse: use umount(8)");
  }

  @Test
  void killedDaemon() {
    mount("--cache=off");
    RunDirectory.Daemon daemon = cli.daemon();
    Cli.kill("KILL", daemon.pid()).silent();
    Cli.await(() -> !daemon.alive());

    assertThat(Cli.run(List.of("stat", cli.mountpoint.toString()), Map.of()).err())
        .contains("Transport endpoint is not connected");
    String umount = "extfuse umount " + cli.mountpoint;
    cli.extfuse("mount", cli.source, cli.mountpoint)
        .says(
            1,
            cli.mountpoint
                + " holds a dead mount whose daemon is gone (ENOTCONN): "
                + umount
                + " cleans it up");
    assertThat(cli.extfuse("stats", cli.mountpoint).err()).contains(umount).hasLineCount(1);
    umount();
    mount("--cache=off");
    umount();
  }

  @Test
  void killedDaemonThatWasUnmountedOtherwise() {
    mount("--cache=off");
    RunDirectory.Daemon daemon = cli.daemon();
    Cli.kill("KILL", daemon.pid()).silent();
    Cli.await(() -> !daemon.alive());
    Cli.run(List.of("umount", cli.mountpoint.toString()), Map.of()).silent();

    cli.extfuse("umount", cli.mountpoint)
        .says(
            0,
            cli.mountpoint + " was not mounted any more; removed what its killed daemon had left");
  }

  @Test
  void stats() throws IOException {
    mount("--cache=off", "--entry-timeout=0");
    assertThat(cli.mountpoint.resolve("sub/file")).exists();
    Cli.Result table = cli.extfuse("stats", cli.mountpoint);
    Cli.Result json = cli.extfuse("stats", "--json", cli.mountpoint);

    assertThat(table.out()).contains("no in-kernel cache").containsPattern("LOOKUP +[1-9]");
    JsonNode parsed = new ObjectMapper().readTree(json.out());
    assertThat(parsed.get("mount").asText()).isEqualTo(cli.mountpoint.toString());
    assertThat(parsed.get("source").asText()).isEqualTo(cli.source.toString());
    assertThat(parsed.get("pid").asLong()).isEqualTo(cli.daemon().pid());
    assertThat(parsed.get("cache").asBoolean()).isFalse();
    assertThat(parsed.get("upcalls").get("LOOKUP").asLong()).isPositive();
    umount();
  }

  @Test
  void statsOfWhatIsNotMounted() {
    cli.extfuse("stats", cli.mountpoint).says(1, cli.mountpoint + " is not mounted by extfuse");
  }

  private void mount(Object... options) {
    Object[] arguments = new Object[options.length + 3];
    arguments[0] = "mount";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = cli.source;
    arguments[options.length + 2] = cli.mountpoint;
    cli.extfuse(arguments).silent();
    assertThat(Mounts.at(cli.mountpoint)).isPresent();
  }

  private void umount() {
    cli.extfuse("umount", cli.mountpoint).silent();
    assertThat(Mounts.at(cli.mountpoint)).isEmpty();
    assertThat(cli.daemon()).isNull();
  }

  static long session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
  }
}
