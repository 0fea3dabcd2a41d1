// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** scripts/bin/extfuse when what it starts is missing or fails. */
class LauncherIT {
  @RegisterExtension final Cli cli = new Cli();
  @TempDir Path home;

  @Test
  void beforeTheBuild() throws IOException {
    Path bin = Files.createDirectories(home.resolve("scripts/bin"));
    Path copy = Files.copy(Path.of(System.getProperty("extfuse.launcher")), bin.resolve("extfuse"));
    Cli.run(List.of(copy.toString(), "mount"), Map.of())
        .says(
            1,
            "not built yet ("
                + home
                + "/java/cli/target/extfuse.jar is missing): run mvn -DskipTests package in "
                + home);
  }

  @Test
  void showsTheLastWordsOfAJvmThatDies() throws IOException {
    fakeJava("echo starting >&2; echo 'cannot reserve enough space' >&2; exit 3");
    cli.extfuse(Map.of("JAVA_HOME", home.toString()), "mount", cli.source, cli.mountpoint)
        .says(3, "the daemon ended before it was ready (status 3): cannot reserve enough space");
  }

  @Test
  void nobodyElseWritesWhatADaemonMakes() throws IOException {
    fakeJava("umask >&2; exit 3");
    String launcher = System.getProperty("extfuse.launcher");
    Cli.run(
            List.of("bash", "-c", "umask 0 && exec '%s' mount a b".formatted(launcher)),
            Map.of("JAVA_HOME", home.toString()))
        .says(3, "the daemon ended before it was ready (status 3): 0022");
  }

  @Test
  void neverReportsSuccessWithoutAMount() throws IOException {
    fakeJava("exit 0");
    cli.extfuse(Map.of("JAVA_HOME", home.toString()), "mount", cli.source, cli.mountpoint)
        .says(1, "the daemon ended before it was ready (status 0)");
  }

  @Test
  void takesItsDaemonAlongWhenInterrupted() throws Exception {
    fakeJava("echo $$ > " + home + "/pid; exec sleep 60");
    ProcessBuilder builder =
        new ProcessBuilder(System.getProperty("extfuse.launcher"), "mount", "a", "b")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("JAVA_HOME", home.toString());
    Process launcher = builder.start();
    Path pid = home.resolve("pid");
    Cli.await(() -> Files.exists(pid) && pid.toFile().length() > 0);
    Cli.kill("TERM", launcher.pid()).silent();

    assertThat(Cli.waitFor(launcher)).isNotZero();
    assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).isEmpty();
  }

  @Test
  void staysInTheForegroundWhereThatIsAskedFor() throws IOException {
    fakeJava("echo \"$@\"");
    for (String option : new String[] {"-f", "-rf", "--foreground", "--help"}) {
      Cli.Result result =
          cli.extfuse(Map.of("JAVA_HOME", home.toString()), "mount", option, "a", "b");
      assertThat(result.out()).endsWith("mount " + option + " a b\n").doesNotContain("background");
    }
    String[][] others = {{"--", "-f"}, {"-ohard_remove", "a"}, {"-rofsname=f", "a"}};
    for (String[] other : others) {
      assertThat(
              cli.extfuse(Map.of("JAVA_HOME", home.toString()), "mount", other[0], other[1], "b")
                  .err())
          .as(other[0])
          .contains("extfuse.background.log");
    }
  }

  private void fakeJava(String script) throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
