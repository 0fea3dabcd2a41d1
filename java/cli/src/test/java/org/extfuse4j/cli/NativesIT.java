// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the JVM and JNA say when native libraries are loaded, or cannot be. */
@Timeout(120)
class NativesIT {
  private static final int WARNS = 24; // the first JDK that warns of native access

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void theManifestLetsTheJarCallThem() throws IOException {
    try (JarFile jar = new JarFile(System.getProperty("extfuse.jar"))) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
          .isEqualTo("ALL-UNNAMED");
    }
  }

  /** With all JDKs that this machine has. */
  @Test
  void noJdkWarns() throws IOException {
    for (Path home : jdks()) {
      Map<String, String> with = Map.of("JAVA_HOME", home.toString());
      assertThat(cli.extfuse(with, "doctor").err()).as("%s", home).isEmpty();
      assertThat(cli.extfuse(with, "map", "ls").err()).as("%s", home).isEmpty();
      cli.extfuse(with, "mount", "--cache=off", cli.source, cli.mountpoint).silent();
      assertThat(cli.run().log()).as("%s", home).content().doesNotContain("WARNING");
      assertThat(cli.extfuse(with, "stats", cli.mountpoint).err()).as("%s", home).isEmpty();
      Cli.Result top = cli.extfuse(with, "top", "--once", cli.mountpoint);
      assertThat(top.err()).as("%s", home).isEmpty();
      cli.extfuse(with, "umount", cli.mountpoint).silent();
    }
  }

  private static List<Path> jdks() throws IOException {
    List<Path> homes = new ArrayList<>();
    homes.add(Path.of(System.getProperty("java.home")));
    Path jvm = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(jvm)) {
      try (Stream<Path> entries = Files.list(jvm)) {
        entries
            .filter(home -> Files.isExecutable(home.resolve("bin/java")) && version(home) >= WARNS)
            .forEach(homes::add);
      }
    }
    return homes;
  }

  private static int version(Path home) {
    try {
      String release = Files.readString(home.resolve("release"));
      String version = release.split("JAVA_VERSION=\"", 2)[1].split("[.\"+-]", 2)[0];
      return Integer.parseInt(version);
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return 0;
    }
  }

  @Test
  void aCacheFromWhichNothingMayBeExecuted() {
    String where =
        "it is unpacked into "
            + cli.mountpoint
            + "/JNA/temp, whose file system is mounted noexec: set XDG_CACHE_HOME (or -Djna.tmpdir"
            + " of java) to another folder";
    String why = "cannot load JNA's native library: " + where;
    List<String> noexec =
        List.of(
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-c",
            "mount -t tmpfs -o noexec none \"$XDG_CACHE_HOME\" && exec \"$@\"",
            "sh",
            System.getProperty("extfuse.launcher"));
    Map<String, String> with = Map.of("XDG_CACHE_HOME", cli.mountpoint.toString());

    run(noexec, with, "mount", cli.source.toString(), cli.source.resolve("sub").toString())
        .says(1, why);
    Cli.Result doctor = run(noexec, with, "doctor", "--no-header");
    assertThat(doctor.err()).isEmpty();
    assertThat(doctor.status()).isEqualTo(2);
    assertThat(doctor.out())
        .containsPattern("native libraries +lacks +mount +" + java.util.regex.Pattern.quote(why))
        .containsPattern("libbpf +cannot tell +in-kernel cache +takes the native libraries")
        .doesNotContain("java.io.tmpdir");
    Cli.Result top = run(noexec, with, "map", "ls");
    assertThat(top.err()).doesNotContain("java.io.tmpdir");
  }

  private static Cli.Result run(
      List<String> prefix, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(arguments));
    return Cli.run(command, environment);
  }
}
