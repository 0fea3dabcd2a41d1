// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The packaged command on a mount without the in-kernel half, where this machine's kernel has
 * tracefs mounted; and what it says where something is missing.
 */
@Timeout(120)
class TraceIT {
  private static final Path INSTANCES = Path.of("/sys/kernel/tracing/instances");

  @RegisterExtension final Cli cli = new Cli();

  private static void needTracefs() {
    assumeTrue(
        Files.isDirectory(INSTANCES)
            && Files.exists(Path.of("/sys/kernel/tracing/events/fuse/fuse_request_send")),
        "tracefs with the events of fuse");
  }

  private Process trace(Object... options) throws IOException {
    List<String> command = new ArrayList<>(Cli.java());
    command.add("trace");
    for (Object option : options) {
      command.add(option.toString());
    }
    command.add(cli.mountpoint.toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(cli.dir.resolve("file").toFile())
            .redirectError(cli.dir.resolve("log").toFile())
            .start();
    Cli.await(
        () -> {
          assertThat(process.isAlive()).isTrue();
          return enabled(process.pid());
        });
    return process;
  }

  private static boolean enabled(long pid) {
    try (var all = Files.list(INSTANCES)) {
      return all.anyMatch(i -> i.getFileName().toString().startsWith("extfuse-trace-" + pid + "-"))
          && isBeingRead(pid);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isBeingRead(long pid) {
    try (var fds = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path fd : fds.toList()) {
        if (Files.isSymbolicLink(fd)
            && Files.readSymbolicLink(fd).toString().endsWith("/trace_pipe")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // a descriptor that was closed meanwhile
    }
  }

  private static boolean left(long pid) {
    try (var all = Files.list(INSTANCES)) {
      return all.anyMatch(i -> i.getFileName().toString().contains("-" + pid + "-"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String out() throws IOException {
    return Files.readString(cli.dir.resolve("file"));
  }

  @Test
  void upcalls() throws Exception {
    needTracefs();
    assertThat(cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).status()).isZero();
    try {
      Process process = trace();
      assertThat(Files.exists(cli.mountpoint.resolve("none"))).isFalse();
      Cli.await(() -> written("ENOENT"));
      Cli.kill("TERM", process.pid()).silent();
      assertThat(Cli.waitFor(process)).isZero();
      assertThat(out())
          .startsWith("time          request   nodeid  by")
          .containsPattern(
              "\n[0-9:.]{12}  LOOKUP +-  daemon  ENOENT +[0-9.]+ [um]s  \\S+:\\d+ +\\?");
      assertThat(Files.readString(cli.dir.resolve("log"))).isEmpty();
      assertThat(left(process.pid())).isFalse();
    } finally {
      cli.extfuse("umount", cli.mountpoint).silent();
    }
  }

  private boolean written(String text) {
    try {
      return out().contains(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Also: what killed processes left is removed by the next one, and doctor tells of it. */
  @Test
  void countAndLeftovers() throws Exception {
    needTracefs();
    assertThat(cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).status()).isZero();
    try {
      Process killed = trace();
      Cli.kill("KILL", killed.pid()).silent();
      Cli.waitFor(killed);
      assertThat(left(killed.pid())).isTrue();
      Path top = Files.createDirectory(INSTANCES.resolve("extfuse-top-" + killed.pid() + "-1"));
      assertThat(cli.extfuse("doctor", "--no-header").out())
          .containsPattern("tracefs +lacks +inspection .* can slow down cached mounts: rmdir /")
          .contains(top.toString());
      Process process = trace("--json", "--count", 2, "--opcode", "lookup", "--summary");
      assertThat(left(killed.pid())).isFalse();
      for (int i = 0; i < 4; i++) {
        assertThat(Files.exists(cli.mountpoint.resolve("none" + i))).isFalse();
      }
      assertThat(Cli.waitFor(process)).isZero();
      List<JsonNode> lines = MapIT.json(new Cli.Result(0, out(), ""));
      assertThat(lines).hasSize(3);
      assertThat(lines.subList(0, 2))
          .allMatch(line -> line.get("request").asText().equals("LOOKUP"))
          .allMatch(line -> line.get("result").asText().equals("ENOENT"))
          .allMatch(line -> line.get("latency_ns").asLong() > 0);
      assertThat(lines.get(2).get("count").asInt()).isEqualTo(2);
      assertThat(lines.get(2).get("in_kernel").asInt()).isZero();
      assertThat(left(process.pid())).isFalse();
    } finally {
      cli.extfuse("umount", cli.mountpoint).silent();
    }
  }

  @Test
  void oneLineForWhatIsWrong() {
    assertThat(cli.main("trace", cli.mountpoint).err())
        .isEqualTo(
            "extfuse: "
                + cli.mountpoint
                + " is not a mount point: extfuse map ls shows those of extfuse\n");
    cli.main("trace", "--count", 0, cli.mountpoint)
        .says(1, "--count 0 is no number of lines: give 1 or more");
    cli.main("trace", "--seconds", 0, cli.mountpoint)
        .says(1, "--seconds 0 is no time: give seconds, such as 0.5");
    assertThat(cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).status()).isZero();
    try {
      cli.main("trace", "--opcode", "LOOKUP,LOOK", cli.mountpoint)
          .says(1, "--opcode LOOK is no FUSE request: give names such as LOOKUP,GETATTR");
      cli.mainUnder(
              List.of("unshare", "-m", "sh", "-c", "umount -l /sys && exec \"$@\"", "sh"),
              "trace",
              cli.mountpoint)
          .says(1, "tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing, as root");
    } finally {
      Cli.run(List.of("umount", cli.mountpoint.toString()), Map.of());
      Cli.await(() -> cli.daemon() == null);
    }
  }
}
