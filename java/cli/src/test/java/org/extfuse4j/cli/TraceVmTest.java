// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests of a mount with the in-kernel half, as {@code extfuse trace} shows them. */
@Tag("vm")
@Tag("tracing")
@Timeout(180)
class TraceVmTest {
  private static final Path INSTANCES = Path.of("/sys/kernel/tracing/instances");

  @RegisterExtension final Cli cli = new Cli();

  // In this process: a JVM takes seconds to start under emulation.
  private String trace(String script, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("trace", cli.mountpoint.toString()));
    all.addAll(List.of(options));
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int[] status = {-1};
      Thread tracer =
          new Thread(() -> status[0] = Main.run(all.toArray(String[]::new)), "trace command");
      tracer.start();
      Cli.await(() -> tracing());
      sh(script);
      tracer.join();
      assertThat(status[0]).as(out.toString(StandardCharsets.UTF_8)).isZero();
      assertThat(instances()).isEmpty();
      return out.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(before);
    }
  }

  private static boolean tracing() {
    List<String> all = instances();
    try {
      return !all.isEmpty()
          && Files.readString(INSTANCES.resolve(all.get(0) + "/events/extfuse/enable"))
              .startsWith("1");
    } catch (NoSuchFileException e) {
      return false; // the instance is being made, and is listed before its files are there
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> instances() {
    try (var all = Files.list(INSTANCES)) {
      return all.map(i -> i.getFileName().toString())
          .filter(name -> name.startsWith("extfuse-trace-"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void sh(String script) {
    Cli.Result result =
        Cli.run(
            List.of("bash", "-c", "cd \"$1\" && " + script, "bash", "" + cli.mountpoint), Map.of());
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void requestsOfAMount() throws Exception {
    cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint).silent();
    sh("mkdir sub/m; touch sub/m/f; for i in 1 2; do stat sub/m/f >/dev/null; done");

    String text =
        trace(
            "stat sub/m/f >/dev/null; ! [ -e sub/m/miss ]; touch $'sub/m/o\\xff\\n'; stat sub/m/o*"
                + " >/dev/null; mv sub/m/f sub/m/g; stat sub/m/g >/dev/null; stat sub/m/g"
                + " >/dev/null; ls sub/m >/dev/null; mkdir sub/m 2>/dev/null || :",
            "--seconds",
            "8",
            "--summary");
    String time = "[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}  ";
    String latency = " +[0-9.]+ [um]?s  ";
    assertThat(text)
        .containsPattern(
            time + "LOOKUP +[0-9]+  kernel  OK +" + latency + "stat:[0-9]+ +/sub/m/f\n")
        .containsPattern(time + "GETATTR +[0-9]+  kernel  OK +" + latency + "\\S+ +/sub/m\n")
        .containsPattern(
            time + "LOOKUP +[0-9]+  daemon  ENOENT +" + latency + "\\S+ +/sub/m/miss\n")
        .containsPattern(
            time
                + "CREATE +[0-9]+  daemon  OK +"
                + latency
                + "touch:[0-9]+ +/sub/m/o\\\\xff\\\\x0a\n")
        .containsPattern(
            time + "RENAME2? +[0-9]+  daemon  OK +" + latency + "mv:[0-9]+ +/sub/m/f\n")
        .containsPattern(
            time + "LOOKUP +[0-9]+  kernel  OK +" + latency + "stat:[0-9]+ +/sub/m/g\n")
        .containsPattern(time + "OPENDIR +[0-9]+  kernel  OK +" + latency + "bash:[0-9]+ +/sub/m\n")
        .containsPattern(time + "OPENDIR +[0-9]+  daemon  OK +" + latency + "ls:[0-9]+ +/sub/m\n")
        .containsPattern("\nrequest +count +in kernel +kernel p50 +kernel p99 +daemon p50")
        .containsPattern("\nLOOKUP +[0-9]+ +[1-9][0-9]* +[0-9.]+ us ");

    List<JsonNode> lines =
        MapIT.json(
            new Cli.Result(
                0,
                trace(
                    "ls sub/m >/dev/null; ! [ -e sub/never ]; stat . >/dev/null;"
                        + " for i in 1 2 3 4; do stat sub/m/g >/dev/null; done",
                    "--json",
                    "--count",
                    "3",
                    "--path",
                    "/sub/m"),
                ""));
    assertThat(lines)
        .hasSize(3)
        .allMatch(line -> line.get("path").asText().startsWith("/sub/m"))
        .allMatch(line -> line.get("latency_ns").asLong() > 0)
        .anyMatch(
            line ->
                line.get("by").asText().equals("kernel")
                    && line.get("program").asText().equals("answered"));
    List<JsonNode> opened =
        MapIT.json(
            new Cli.Result(
                0,
                trace("cat sub/m/g >/dev/null", "--json", "--count", "1", "--opcode", "OPEN"),
                ""));
    assertThat(opened).hasSize(1);
    assertThat(opened.get(0).get("program").asText()).isEqualTo("not asked");
    assertThat(opened.get(0).get("path").asText()).isEqualTo("/sub/m/g");
    sh("rm -r sub/m");
    cli.extfuse("umount", cli.mountpoint).silent();
  }
}
