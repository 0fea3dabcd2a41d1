// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code extfuse top} and metrics of a mount of the patched kernel, in use and without a daemon.
 */
@Tag("vm")
@Tag("tracing")
@Timeout(300)
class TopVmTest {
  private static final String PORT = "19464";
  private static final Path INSTANCES = Path.of("/sys/kernel/tracing/instances");

  @RegisterExtension final Cli cli = new Cli();

  private JsonNode top() throws IOException {
    Cli.Result result = Cli.here("top", "--once", "--json", cli.mountpoint);
    assertThat(result.status()).isZero();
    return new ObjectMapper().readTree(result.out());
  }

  private static JsonNode find(JsonNode list, String field, String value) {
    for (JsonNode one : list) {
      if (one.get(field).asText().equals(value)) {
        return one;
      }
    }
    throw new AssertionError("no " + value + " in " + list);
  }

  @Test
  void tellsWhatTheKernelAnswers() throws Exception {
    Cli.run(List.of("mount", "-t", "tracefs", "tracefs", "/sys/kernel/tracing"), Map.of());
    cli.extfuse("mount", "--cache=required", "--metrics", PORT, cli.source, cli.mountpoint)
        .silent();
    // Top has the same processor, so few programs are started.
    String use =
        "cd \"$1\"; while sleep 0.2; do [ -e sub/file ]; [ -e sub/none ];"
            + " read -r line <sub/file; done";
    Process user =
        new ProcessBuilder("bash", "-c", use, "bash", "" + cli.mountpoint)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      living(top());
      metrics();
      long pid = cli.daemon().pid();
      Cli.kill("STOP", pid).silent();
      try {
        JsonNode hanging = top();
        assertThat(hanging.get("silence").asText()).isEqualTo("it does not answer");
        assertThat(hanging.get("all").get("upcalls").isNull()).isTrue();
        assertThat(hanging.get("cache").asBoolean()).isTrue();
        assertThat(find(hanging.get("maps"), "map", "entry_map").get("entries").asInt())
            .isPositive();
      } finally {
        Cli.kill("CONT", pid).silent();
      }
    } finally {
      user.destroyForcibly().waitFor();
    }
    assertNoInstance();
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  private static void living(JsonNode top) throws IOException {
    JsonNode lookups = find(top.get("requests"), "request", "LOOKUP");
    assertThat(lookups.get("in_kernel").asDouble()).isGreaterThan(2);
    assertThat(lookups.get("hit_ratio").asDouble()).isBetween(0.9, 1.0);
    assertThat(top.get("silence").isNull()).isTrue();
    JsonNode opens = find(top.get("requests"), "request", "OPEN");
    assertThat(opens.get("p50_us").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(opens.get("max_us").asDouble());
    assertThat(top.get("no_directories").isNull()).as("%s", top).isTrue();
    assertThat(find(top.get("directories"), "path", "/sub").get("lookups").asDouble())
        .isGreaterThan(2);
    find(top.get("directories"), "path", "/");
    assertNoInstance();
  }

  private static void metrics() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/metrics")).build();
    String metrics =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    String positive = " [1-9][0-9.E]*\n";
    assertThat(metrics)
        .containsPattern(
            "extfuse_requests_total\\{opcode=\"LOOKUP\",outcome=\"in_kernel\"}" + positive)
        .containsPattern("extfuse_requests_total\\{opcode=\"OPEN\",outcome=\"upcall\"}" + positive)
        .containsPattern(
            "extfuse_cache_misses_total\\{opcode=\"LOOKUP\",reason=\"entry\"}" + positive)
        .containsPattern("extfuse_map_entries\\{map=\"entry_map\"}" + positive)
        .containsPattern("extfuse_map_memory_bytes\\{map=\"attr_map\"}" + positive)
        .containsPattern("extfuse_cache_active 1.0\n");
  }

  private static void assertNoInstance() throws IOException {
    try (Stream<Path> instances = Files.list(INSTANCES)) {
      assertThat(instances).isEmpty();
    }
  }
}
