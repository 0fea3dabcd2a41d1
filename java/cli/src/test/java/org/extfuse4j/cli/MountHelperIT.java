// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * mount.fuse.extfuse, as mount(8) runs it: in a mount namespace of its own, where it is in /sbin.
 * The daemon's end is waited for in there.
 */
@Timeout(300)
class MountHelperIT {
  private static final Path HELPER =
      Path.of(System.getProperty("extfuse.launcher")).resolveSibling("mount.fuse.extfuse");

  @RegisterExtension final Cli cli = new Cli();

  /** A script with $S, $M and $F, an empty file; what mount(8) prints goes where the rest goes. */
  private Cli.Result sh(String script) {
    String enter =
        "T=$(mktemp -d); mount -t tmpfs none $T; mkdir $T/up $T/work;"
            + " mount -t overlay -o lowerdir=/usr/sbin,upperdir=$T/up,workdir=$T/work none"
            + " $(readlink -f /sbin); umount -l $T; rmdir $T; ln -s \"$H\" /sbin/; ";
    return Cli.run(
        List.of("unshare", "-m", "--propagation", "private", "bash", "-c", enter + script),
        Map.of(
            "S", cli.source.toString(),
            "M", cli.mountpoint.toString(),
            "F", cli.dir.resolve("file").toString(),
            "H", HELPER.toString(),
            "X", System.getProperty("extfuse.launcher")));
  }

  /** umount(8) does not wait for it. */
  @AfterEach
  void theDaemonEnds() {
    Cli.await(() -> cli.daemon() == null);
  }

  @Test
  void aMountByMount8() {
    Cli.Result result =
        sh(
            "mount -t fuse.extfuse -o ro,noexec,nofail,_netdev,user,x-systemd.automount,cache=off,entry-timeout=1.5"
                + " \"$S\" \"$M\" && cat \"$M/sub/file\" && findmnt -no SOURCE,FSTYPE,OPTIONS \"$M\" && umount"
                + " \"$M\"");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("some text" + cli.source + " fuse.extfuse ro,nosuid,nodev,noexec,relatime,");
    assertThat(result.status()).isZero();
  }

  @Test
  void aLineOfFstab() throws IOException {
    Files.writeString(
        cli.dir.resolve("file"),
        cli.source + " " + cli.mountpoint + " fuse.extfuse nofail,cache=off 0 0\n");
    // As at boot: without HOME, a terminal or anything else.
    Cli.Result result =
        sh(
            "env -i PATH=/sbin:/bin:/usr/sbin:/usr/bin setsid mount --fstab \"$F\" -a </dev/null && cat"
                + " \"$M/sub/file\" && mount --fstab \"$F\" -a && umount \"$M\"");
    assertThat(result).isEqualTo(new Cli.Result(0, "some text", ""));
  }

  @Test
  void fstabWithoutItsSource() throws IOException {
    Files.writeString(
        cli.dir.resolve("file"),
        "/no/such " + cli.mountpoint + " fuse.extfuse nofail,cache=off 0 0\n");
    Cli.Result result = sh("mount --fstab \"$F\" \"$M\"; echo $?; ! mountpoint -q \"$M\"");
    assertThat(result.out()).isEqualTo("32\n");
    assertThat(result.err())
        .isEqualTo("extfuse: source /no/such does not exist: give an existing directory\n");
  }

  @Test
  void remounts() {
    Cli.Result result =
        sh(
            """
            mount -t fuse.extfuse -o cache=off "$S" "$M" || exit
            options() { findmnt -no OPTIONS "$M" | cut -d , -f 1-4; }
            exec 5>"$M/open"
            mount -o remount,ro "$M" 2>&1; echo $?
            exec 5>&-; sleep 0.2
            mount -o remount,ro "$M" || exit
            options; touch "$M/no" 2>&1; cat "$M/sub/file"; echo
            mount -o remount,rw,noexec "$M" || exit
            options; echo new >"$M/open"; cat "$S/open"
            mount -o remount,exec "$M" || exit
            options; rm "$M/open"
            mount -t fuse.extfuse -o remount,ro "$S" "$M" || exit
            options; touch "$M/no" 2>&1
            umount "$M"
            """);
    assertThat(result.err()).isEmpty();
    String refused = "touch: cannot touch '" + cli.mountpoint + "/no': Read-only file system";
    assertThat(result.out().lines())
        .containsExactly(
            "extfuse: cannot remount "
                + cli.mountpoint
                + ": files are open for writing (fuser -vm names who has them) (EBUSY)",
            "32",
            "ro,nosuid,nodev,relatime",
            refused,
            "some text",
            "rw,nosuid,nodev,noexec",
            "new",
            "rw,nosuid,nodev,relatime",
            "ro,nosuid,nodev,relatime",
            refused);
  }

  /** Then its daemon refuses changes, too. */
  @Test
  void whatWasMountedReadOnlyBecomesWritable() {
    Cli.Result result =
        sh(
            "mount -t fuse.extfuse -o ro,cache=off \"$S\" \"$M\" && mount -o remount,rw \"$M\" && echo new"
                + " >\"$M/sub/file\" && cat \"$S/sub/file\" && umount \"$M\"");
    assertThat(result).isEqualTo(new Cli.Result(0, "new\n", ""));
  }

  @Test
  void aNamespace() throws Exception {
    Process other =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sleep", "60").start();
    try {
      for (String name : List.of("" + other.pid(), "/proc/" + other.pid() + "/ns/mnt")) {
        Cli.Result result =
            sh(
                "\"$H\" \"$S\" \"$M\" -N "
                    + name
                    + " -o rw,cache=off && ! mountpoint -q \"$M\" && nsenter -m -t "
                    + other.pid()
                    + " bash -c 'cat \"$M/sub/file\" && umount \"$M\"'");
        assertThat(result).isEqualTo(new Cli.Result(0, "some text", ""));
      }
    } finally {
      other.destroy();
      other.waitFor();
    }
  }

  @Test
  void verboseAndFake() {
    Cli.Result result = sh("\"$H\" \"$S\" \"$M\" -fv -o rw,nofail,threads=2,ro,rw,noexec");
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "mount.fuse.extfuse: '%s' 'mount' '--threads=2' '--noexec' '--' '%s' '%s'\n"
                .formatted(System.getProperty("extfuse.launcher"), cli.source, cli.mountpoint));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-o suid|1|mount.fuse.extfuse: -o suid: a mount of extfuse is always without",
        "-o foreground|1|mount.fuse.extfuse: -o foreground: not for a mount by mount(8); see extfuse mount --help",
        "-t ext4|1|mount.fuse.extfuse: -t ext4: only fuse.extfuse is mounted by this",
        "-o a=\"b|1|mount.fuse.extfuse: -o a=\"b: a quote is not closed",
        "-x|1|mount.fuse.extfuse: -x: unknown option",
        "-o|1|mount.fuse.extfuse: -o needs a value",
        "third|1|mount.fuse.extfuse: give SOURCE MOUNTPOINT [-o OPTIONS], as mount(8) does",
        "-o no-such=1|1|extfuse: Unknown option: '--no-such=1'; see extfuse mount --help",
        "-o cache=required|32|extfuse: kernel has no ExtFUSE support (CONFIG_EXTFUSE): scripts/vm boots one that has it, or mount with --cache=auto",
      })
  void refuses(String arguments, int status, String line) {
    Cli.Result result = sh("\"$H\" \"$S\" \"$M\" " + arguments.replace("\"", "\\\""));
    assertThat(result.err()).isEqualTo(line + "\n");
    assertThat(result.status()).isEqualTo(status);
  }

  @Test
  void sloppy() {
    Cli.Result result =
        sh(
            "\"$H\" \"$S\" \"$M\" -s -o suid,no-such=1,cache=off && cat \"$M/sub/file\" && umount \"$M\"");
    assertThat(result).isEqualTo(new Cli.Result(0, "some text", ""));
  }

  @Test
  void othersThanRoot() {
    Cli.Result result =
        sh("setpriv --reuid=65534 --clear-groups \"$H\" \"$S\" \"$M\" -o cache=off");
    assertThat(result.err())
        .isEqualTo("mount.fuse.extfuse: only root can mount " + cli.mountpoint + "\n");
    assertThat(result.status()).isEqualTo(1);
  }

  /** What mount.fuse of libfuse makes of the type. */
  @Test
  void theLauncherItself() {
    Cli.Result result =
        sh("\"$X\" \"$S\" \"$M\" -o rw,cache=off && cat \"$M/sub/file\" && umount \"$M\"");
    assertThat(result).isEqualTo(new Cli.Result(0, "some text", ""));
  }

  /** None can be forgotten: each option of the command is one of the helper, or refused by it. */
  @ParameterizedTest
  @ValueSource(classes = MountCommand.class)
  void everyOptionOfMount(Class<?> command) {
    CommandLine line = new CommandLine(command);
    for (CommandLine.Model.OptionSpec option : line.getCommandSpec().options()) {
      String name = option.longestName();
      if (name.startsWith("--")) {
        String given = name.substring(2) + (option.arity().max() > 0 ? "=1" : "");
        Cli.Result result =
            Cli.run(List.of(HELPER.toString(), "a", "b", "-fv", "-o", given), Map.of());
        boolean refused = List.of("foreground", "help", "version").contains(name.substring(2));
        assertThat(result.status()).as(name).isEqualTo(refused ? 1 : 0);
        assertThat(result.err()).contains(refused ? "-o " + given : "'--" + given + "'");
      }
    }
  }
}
