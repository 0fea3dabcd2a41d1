// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Mounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code extfuse mount --metrics}, on this machine's kernel. */
class MetricsIT {
  @RegisterExtension final Cli cli = new Cli();

  private static String get(String url) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Values by series. */
  private static Map<String, Double> scrape(String url) throws Exception {
    Map<String, Double> series = new HashMap<>();
    for (String line : get(url).lines().filter(l -> !l.startsWith("#")).toList()) {
      int space = line.lastIndexOf(' ');
      series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
    }
    return series;
  }

  private JsonNode stats() throws IOException {
    return new ObjectMapper().readTree(cli.extfuse("stats", "--json", cli.mountpoint).out());
  }

  private static double requests(Map<String, Double> series, String opcode, String outcome) {
    return series.getOrDefault(
        "extfuse_requests_total{opcode=\"%s\",outcome=\"%s\"}".formatted(opcode, outcome), -1.0);
  }

  @Test
  void agreesWithStats() throws Exception {
    cli.extfuse("mount", "--cache=off", "--metrics", "0", cli.source, cli.mountpoint).silent();
    for (int i = 0; i < 5; i++) {
      assertThat(Files.exists(cli.mountpoint.resolve("none" + i))).isFalse();
    }
    assertThat(Files.readString(cli.mountpoint.resolve("sub/file"))).isEqualTo("some text");
    JsonNode stats = stats();
    String url = stats.get("metrics").asText();
    assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+/metrics");
    Map<String, Double> series = scrape(url);

    long lookups = stats.get("upcalls").get("LOOKUP").asLong();
    assertThat(stats.get("errors").get("LOOKUP").asLong()).isEqualTo(5);
    assertThat(requests(series, "LOOKUP", "error")).isEqualTo(5);
    assertThat(requests(series, "LOOKUP", "upcall")).isEqualTo(lookups - 5.0);
    assertThat(requests(series, "LOOKUP", "in_kernel")).isZero();
    assertThat(series)
        .containsEntry("extfuse_upcall_duration_seconds_count{opcode=\"LOOKUP\"}", (double) lookups)
        .containsEntry(
            "extfuse_upcall_duration_seconds_bucket{opcode=\"LOOKUP\",le=\"+Inf\"}",
            (double) lookups)
        .containsEntry("extfuse_cache_active", 0.0)
        .containsEntry("extfuse_nodes", stats.get("nodes").get("nodes").asDouble())
        .containsEntry("extfuse_mount_info{mountpoint=\"%s\"}".formatted(cli.mountpoint), 1.0)
        .containsKey("jvm_threads_current");
    assertThat(series.get("extfuse_upcall_duration_seconds_sum{opcode=\"LOOKUP\"}"))
        .isBetween(lookups * 1e-6, lookups * 10.0);
    assertThat(series.keySet()).noneMatch(name -> name.contains("jvm") && name.contains("/mnt"));
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void everyMetricIsDescribed() throws Exception {
    cli.extfuse("mount", "--cache=off", "--metrics", "0", cli.source, cli.mountpoint).silent();
    assertThat(Files.exists(cli.mountpoint.resolve("sub/file"))).isTrue();
    List<String> lines = get(stats().get("metrics").asText()).lines().toList();
    List<String> families =
        lines.stream().filter(l -> l.startsWith("# TYPE ")).map(l -> l.split(" ", 4)[2]).toList();
    assertThat(families).contains("extfuse_requests_total").doesNotHaveDuplicates();
    for (String family : families) {
      assertThat(lines).anyMatch(l -> l.startsWith("# HELP " + family + " "));
    }
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void badAddresses() {
    cli.main("mount", "-f", "--metrics", "here", cli.source, cli.mountpoint)
        .says(
            2,
            "Invalid value for option '--metrics': 'here' is not ADDRESS:PORT,"
                + " such as 127.0.0.1:9464, or PORT; see extfuse mount --help");
    cli.main("mount", "-f", "--metrics", "192.0.2.1:9464", cli.source, cli.mountpoint)
        .says(
            1,
            "cannot serve metrics on 192.0.2.1:9464 (--metrics): Cannot assign requested address");
  }

  @Test
  void portInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      cli.extfuse("mount", "--metrics", address, cli.source, cli.mountpoint)
          .says(1, "cannot serve metrics on " + address + " (--metrics): Address already in use");
      assertThat(Mounts.at(cli.mountpoint)).isEmpty();
    }
  }
}
