// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A mount, and a second one of it on which its users 1000 to 1009 are seen as 5000 to 5009, and no
 * others.
 */
final class Idmapped implements AutoCloseable {
  private static final Path PROGRAM = Path.of("target/test-c/idmap").toAbsolutePath();

  private final Cli cli;
  private final Path mapped;

  Idmapped(Cli cli, Object... options) throws IOException {
    this.cli = cli;
    Object[] arguments = new Object[options.length + 4];
    arguments[0] = "mount";
    arguments[1] = "--idmap";
    System.arraycopy(options, 0, arguments, 2, options.length);
    arguments[options.length + 2] = cli.source;
    arguments[options.length + 3] = cli.mountpoint;
    cli.extfuse(arguments).silent();
    mapped = Files.createDirectory(cli.dir.resolve("mnt2"));
    mount(cli.mountpoint, mapped).silent();
  }

  static Cli.Result mount(Path mountpoint, Path target) {
    return Cli.run(
        List.of(
            program().toString(), mountpoint.toString(), target.toString(), "1000", "5000", "10"),
        Map.of());
  }

  private static Path program() {
    // The tests in the VM run in another module's folder.
    return Files.exists(PROGRAM)
        ? PROGRAM
        : Path.of(System.getProperty("extfuse.jar")).resolveSibling("test-c/idmap");
  }

  /** A script with $S, $M and $I, the mapped mount, and u, which runs a command as a user. */
  Cli.Result sh(String script) {
    String u = "u() { setpriv --reuid=$1 --regid=$1 --clear-groups \"${@:2}\"; }; ";
    return Cli.run(
        List.of("bash", "-c", u + script),
        Map.of("S", cli.source.toString(), "M", cli.mountpoint.toString(), "I", mapped.toString()));
  }

  /** Creates, changes and looks, as mapped users and as others; each answer is the kernel's own. */
  void check() {
    Cli.Result result =
        sh(
            """
            exec 2>&1
            own() { stat -c '%u:%g %n' "$@" | sed "s|$S/|S/|; s|$M/|M/|; s|$I/|I/|"; }
            chmod 755 "$S/.."; mkdir "$S/d"; chown 1000:1000 "$S/d"; chmod 700 "$S/d"
            own "$I/d" "$M/d" "$I/sub"
            u 5000 bash -c 'cd "$1"; echo a >f; mkdir e; ln -s f l; ln f h; mknod p p' bash "$I/d"
            own "$S/d/f" "$S/d/e" "$S/d/l" "$S/d/h" "$S/d/p" "$I/d/f" "$M/d/e"
            u 5000 chmod 640 "$I/d/f"; u 5000 mv "$I/d/f" "$I/d/e/g"; u 5000 cat "$I/d/e/g"
            u 1000 cat "$I/d/e/g" 2>&1 | sed 's/.*: //'
            u 5000 cat "$M/d/e/g" 2>&1 | sed 's/.*: //'
            u 1000 cat "$M/d/e/g"
            chown 5003:5004 "$I/d/e/g" && own "$S/d/e/g" "$M/d/e/g" "$I/d/e/g"
            chown 1003 "$I/d/e/g" 2>&1 | sed 's/.*: //'
            chown 1005 "$M/d/e/g" && own "$I/d/e/g" "$S/d/e/g"
            touch "$I/d/new" 2>&1 | sed 's/.*: //'
            chmod 777 "$M/d" && u 4000 touch "$I/d/new" 2>&1 | sed 's/.*: //'
            u 5001 touch "$M/d/m" "$I/d/i" && own "$S/d/m" "$S/d/i" "$I/d/i" "$I/d/m"
            u 5001 test -w "$I/d/i" && echo writable; u 5002 test -w "$I/d/i" || echo not
            own "$I/d/i" "$I/d/e/g" "$M/d/e/g"
            rm -r "$S/d"
            """);
    assertThat(result.out().lines())
        .containsExactly(
            "5000:5000 I/d",
            "1000:1000 M/d",
            "65534:65534 I/sub",
            "1000:1000 S/d/f",
            "1000:1000 S/d/e",
            "1000:1000 S/d/l",
            "1000:1000 S/d/h",
            "1000:1000 S/d/p",
            "5000:5000 I/d/f",
            "1000:1000 M/d/e",
            "a",
            "Permission denied",
            "Permission denied",
            "a",
            "1003:1004 S/d/e/g",
            "1003:1004 M/d/e/g",
            "5003:5004 I/d/e/g",
            "Value too large for defined data type",
            "5005:5004 I/d/e/g",
            "1005:1004 S/d/e/g",
            "Value too large for defined data type",
            "Value too large for defined data type",
            "5001:5001 S/d/m",
            "1001:1001 S/d/i",
            "5001:5001 I/d/i",
            "65534:65534 I/d/m",
            "writable",
            "not",
            "5001:5001 I/d/i",
            "5005:5004 I/d/e/g",
            "1005:1004 M/d/e/g");
    assertThat(result.status()).isZero();
  }

  @Override
  public void close() {
    Cli.run(List.of("umount", mapped.toString()), Map.of()).silent();
    cli.extfuse("umount", cli.mountpoint).silent();
  }
}
