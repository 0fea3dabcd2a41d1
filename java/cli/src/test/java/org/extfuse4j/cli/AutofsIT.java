// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.RunDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The mount is made by an automounter, when somebody walks in (src/test/c/automounter.c): whatever
 * is not in its process group would wait for the mount that it is to make.
 */
@Timeout(120)
class AutofsIT {
  private static final Path PROGRAM = Path.of("target/test-c/automounter").toAbsolutePath();
  private static final int NO_AUTOFS = 77;

  @RegisterExtension final Cli cli = new Cli();
  private Process automounter;

  @AfterEach
  void stop() throws InterruptedException {
    if (automounter != null && automounter.isAlive()) {
      automounter.destroy();
      automounter.waitFor();
    }
  }

  @Test
  void belowAnIndirectMount() throws Exception {
    Path point = cli.mountpoint.resolve("data");
    start("indirect", List.of("mount", "--cache=off"), point);
    walkIn(point);
  }

  @Test
  void onADirectMount() throws Exception {
    start("direct", List.of("mount", "--cache=off"), cli.mountpoint);
    walkIn(cli.mountpoint);
  }

  @Test
  void byTheHelperOfMount() throws Exception {
    Path point = cli.mountpoint.resolve("data");
    start("indirect", List.of(), point);
    walkIn(point);
  }

  /** By somebody who is not its automounter: a look would have the automounter run. */
  @Test
  void byHandOnADirectMount() throws Exception {
    launch(List.of(PROGRAM.toString(), "direct", cli.mountpoint.toString(), "false"));
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    walkIn(cli.mountpoint);
    assertThat(cli.dir.resolve("file")).hasContent("ready\n");
  }

  @Test
  void aMountThatFailsEndsTheWalk() throws Exception {
    start("indirect", List.of("mount", "--no-such-option"), cli.mountpoint.resolve("data"));
    Cli.Result walk = Cli.run(List.of("ls", cli.mountpoint + "/data"), Map.of());
    assertThat(walk.status()).isNotZero();
    assertThat(Files.readString(cli.dir.resolve("file"))).contains("\nstatus 512\n");
  }

  private void walkIn(Path point) throws IOException {
    assertThat(Cli.run(List.of("cat", point + "/sub/file"), Map.of()))
        .isEqualTo(new Cli.Result(0, "some text", ""));
    Mounts.Mount mount = Mounts.at(point).orElseThrow();
    assertThat(mount.isExtfuse()).isTrue();
    RunDirectory.Daemon daemon = RunDirectory.of(mount.connection()).daemon().orElseThrow();
    assertThat(MountIT.session(daemon.pid())).as("its own session").isEqualTo(daemon.pid());
    cli.extfuse("umount", point).silent();
    assertThat(daemon.alive()).isFalse();
  }

  private void start(String kind, List<String> mount, Path point) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(PROGRAM.toString(), kind, cli.mountpoint.toString()));
    command.add(System.getProperty("extfuse.launcher"));
    command.addAll(mount);
    command.addAll(List.of(cli.source.toString(), point.toString()));
    if (mount.isEmpty()) {
      command.addAll(List.of("-o", "rw,cache=off"));
    }
    launch(command);
  }

  private void launch(List<String> command) throws IOException {
    automounter =
        new ProcessBuilder(command)
            .redirectOutput(cli.dir.resolve("file").toFile())
            .redirectError(cli.dir.resolve("log").toFile())
            .start();
    Cli.await(
        () -> {
          assumeTrue(automounter.isAlive() || automounter.exitValue() != NO_AUTOFS, "no autofs");
          assertThat(automounter.isAlive()).isTrue();
          return cli.dir.resolve("file").toFile().length() > 0;
        });
  }
}
