// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code extfuse mount --jnrfuse}. */
class JnrFuseIT {
  private static final String MEMORY = "ru.serce.jnrfuse.examples.MemoryFS";

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void mountsAFileSystemOfAJar() throws IOException {
    cli.extfuse("mount", "--cache=off", "--jnrfuse", MEMORY, cli.mountpoint).silent();
    assertThat(cli.mountpoint.resolve("Directory with files/hello.txt"))
        .hasContent("This is some sample text.\n");
    Files.writeString(cli.mountpoint.resolve("new"), "text");
    assertThat(cli.mountpoint.resolve("new")).hasContent("text");
    Cli.Result stats = cli.extfuse("stats", cli.mountpoint);
    assertThat(stats.out()).startsWith(MEMORY + " on " + cli.mountpoint);
    cli.extfuse("map", "invalidate", cli.mountpoint, "new").silent();
    cli.extfuse("map", "invalidate", cli.mountpoint, "/Directory with files", "--tree").silent();
    cli.extfuse("map", "invalidate", cli.mountpoint, "/", "--tree").silent();
    assertThat(cli.extfuse("map", "audit", cli.mountpoint).out()).endsWith("0 faults\n");
    assertThat(cli.mountpoint.resolve("new")).hasContent("text");
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void invalidationIsOfJnrFuseFileSystems() {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    assertThat(cli.extfuse("map", "invalidate", cli.mountpoint, "sub").err())
        .contains("unknown command 'invalidate");
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no.such.Fs|class no.such.Fs is not found",
        "java.lang.String|"
            + "class java.lang.String is not a file system of jnr-fuse (ru.serce.jnrfuse.FuseFS)",
        "ru.serce.jnrfuse.AbstractFuseFS|"
            + "class ru.serce.jnrfuse.AbstractFuseFS is abstract: name a class that is not",
        "org.extfuse4j.cli.JnrFuseIT$NoDefault|class org.extfuse4j.cli.JnrFuseIT$NoDefault"
            + " has no constructor without arguments: write one, or call ExtFuse.mount",
        "org.extfuse4j.cli.JnrFuseIT$Throwing|class org.extfuse4j.cli.JnrFuseIT$Throwing cannot"
            + " be made, its constructor throws java.lang.IllegalStateException: on purpose",
        "x.Y,/no/such.jar|class path /no/such.jar does not exist: give jars or directories",
      })
  void saysWhatIsWrongWithAClass(String given, String line) {
    String classes = JnrFuseIT.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    String spec = given.startsWith("org.extfuse4j") ? given + "," + classes : given;
    cli.extfuse(Map.of(), "mount", "--cache=off", "--jnrfuse", spec, cli.mountpoint).says(1, line);
  }

  @Test
  void refusesOptionsThatAreNone() {
    cli.extfuse("mount", "--jnrfuse", MEMORY, "-o", "use_ino,nonsense", cli.mountpoint)
        .says(1, "unknown mount option 'nonsense'");
  }

  /** A file system that only code can make. */
  public static final class NoDefault extends ru.serce.jnrfuse.FuseStubFS {
    /** Takes something. */
    public NoDefault(String something) {
      assertThat(something).isNotNull();
    }
  }

  /** A file system that cannot be made. */
  public static final class Throwing extends ru.serce.jnrfuse.FuseStubFS {
    /** Throws. */
    public Throwing() {
      throw new IllegalStateException("on purpose");
    }
  }
}
