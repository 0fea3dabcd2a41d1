// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.extfuse4j.daemon.run.Mounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which a mount is refused: one line, a status, nothing mounted. */
class MountValidationIT {
  private static final String NO_EXTFUSE = "kernel has no ExtFUSE support (CONFIG_EXTFUSE)";

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void missingSource() {
    cli.main("mount", "-f", "/no/such", cli.mountpoint)
        .says(1, "source /no/such does not exist: give an existing directory");
  }

  @Test
  void sourceIsAFile() {
    Path file = cli.source.resolve("sub/file");
    cli.main("mount", "-f", file, cli.mountpoint)
        .says(1, "source " + file + " is not a directory: give a directory");
  }

  @Test
  void sourceCannotBeRead() throws IOException {
    Files.setPosixFilePermissions(cli.source, Set.of());
    // Root without the right to pass by permissions.
    List<String> without = Cli.without("-dac_override,-dac_read_search");
    cli.mainUnder(without, "mount", "-f", cli.source, cli.mountpoint)
        .says(1, "source " + cli.source + " may not be read: give it read permission");
  }

  @Test
  void missingMountPoint() {
    Path missing = cli.dir.resolve("missing");
    cli.main("mount", "-f", cli.source, missing)
        .says(1, "mount point " + missing + " does not exist: mkdir " + missing);
  }

  @Test
  void mountPointIsAFile() throws IOException {
    Path file = Files.createFile(cli.dir.resolve("file"));
    cli.main("mount", "-f", cli.source, file)
        .says(1, "mount point " + file + " is not a directory: give an empty one");
  }

  @Test
  void mountPointIsNotEmpty() {
    Path full = cli.source.resolve("sub");
    cli.main("mount", "-f", cli.dir.resolve("mnt"), full)
        .says(1, "mount point " + full + " is not empty: give an empty directory");
  }

  @Test
  void sourceIsInsideTheMountPoint() {
    String outside = ", which would hide it: mount somewhere else";
    cli.main("mount", "-f", cli.source.resolve("sub"), cli.source)
        .says(1, "source " + cli.source + "/sub is inside the mount point " + cli.source + outside);
    cli.main("mount", "-f", cli.source, cli.source)
        .says(1, "source " + cli.source + " is inside the mount point " + cli.source + outside);
  }

  @Test
  void daemonIsInsideTheMountPoint() {
    Path lib = Path.of(System.getProperty("extfuse.jar")).getParent();
    Cli.Result result = cli.main("mount", "-f", cli.source, lib);

    assertThat(result.err())
        .isEqualTo(
            "extfuse: mount point "
                + lib
                + " holds files of the daemon itself ("
                + lib
                + "/extfuse.jar): mount somewhere else\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void noPermission() {
    cli.mainUnder(Cli.without("-sys_admin"), "mount", "-f", cli.source, cli.mountpoint)
        .says(1, "mounting needs root (CAP_SYS_ADMIN): run it with sudo");
  }

  @Test
  void noDevice() {
    String hide =
        "mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3"
            + " && mknod -m 666 /dev/urandom c 1 9 && exec \"$@\"";
    cli.mainUnder(namespace(hide), "mount", "-f", cli.source, cli.mountpoint)
        .says(
            1,
            "/dev/fuse is missing: load the fuse module (modprobe fuse) or give the container the"
                + " device");
  }

  @Test
  void noLibbpf() {
    Cli.Result result =
        cli.mainUnder(
            withoutLibbpf(), "mount", "-f", "--cache=required", cli.source, cli.mountpoint);

    assertThat(result.err()).startsWith("extfuse: libbpf.so.1 not found: install libbpf1");
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void noLibbpfAndNoNeedOfIt() throws Exception {
    Process process = cli.foreground(withoutLibbpf());
    process.destroy();

    assertThat(Cli.waitFor(process)).isZero();
    assertThat(Files.readString(cli.dir.resolve("log")))
        .startsWith("extfuse: libbpf.so.1 not found")
        .endsWith(": mounted without the in-kernel cache\n")
        .hasLineCount(1);
  }

  @Test
  void noExtfuseInTheKernel() {
    cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint)
        .says(1, NO_EXTFUSE + ": scripts/vm boots one that has it, or mount with --cache=auto");
    assertThat(Mounts.at(cli.mountpoint)).isEmpty();
  }

  @Test
  void logCannotBeWritten() {
    cli.main("mount", "-f", "--log", "/no/such/log", cli.source, cli.mountpoint)
        .says(1, "cannot write to the log /no/such/log: /no/such/log: no such file or directory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mount|Missing required parameters: 'SOURCE', 'MOUNTPOINT'",
        "mount a b c|Unmatched argument at index 3: 'c'",
        "mount --nonsense a b|Unknown option: '--nonsense'",
        "mount --cache=on a b|Invalid value for option '--cache': 'on' is not auto, required or off",
        "mount --attr-timeout=1s a b|Invalid value for option '--attr-timeout': '1s' is not a number"
            + " of seconds",
        "mount --threads=0 a b|--threads 0: give a number from 1 to 64",
        "mount --max-entries=0 a b|--max-entries 0: give a number from 64 to 16777216",
        "umount|Missing required parameter: 'MOUNTPOINT'",
      })
  void wrongUsage(String line, String message) {
    String[] words = line.split(" ", -1);
    cli.main((Object[]) words).says(2, message + "; see extfuse " + words[0] + " --help");
  }

  private static List<String> withoutLibbpf() {
    return namespace(
        "mount --bind /dev/null \"$(readlink -f \"$(ldconfig -p | sed -n"
            + " 's/.*libbpf.so.1 .* => //p' | head -n 1)\")\" && exec \"$@\"");
  }

  /** A mount namespace of its own, so that the change is seen by nobody else. */
  private static List<String> namespace(String script) {
    return List.of("unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh");
  }
}
