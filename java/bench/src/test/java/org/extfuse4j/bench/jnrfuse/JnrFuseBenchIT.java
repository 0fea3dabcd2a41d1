// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark on a few files; this kernel has no ExtFUSE, so without that contender. */
class JnrFuseBenchIT {
  @TempDir Path dir;

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(dir.toString());
  }

  @Test
  void servesByLibfuseAndByTheAdapter() throws Exception {
    Result result = bench("--files", 6, "--dirs", 2, "--calls", 12, "--runs", 2);

    assertThat(result.err())
        .contains("without adapter-cache: kernel has no ExtFUSE support", "run 2 of 2");
    assertThat(result.status()).isZero();
    assertThat(dir.resolve("work")).isEmptyDirectory();
    JsonNode report = new ObjectMapper().readTree(dir.resolve("out").toFile());
    assertThat(report.get("fs").asText()).isEqualTo("ru.serce.jnrfuse.examples.MemoryFS");
    assertThat(report.get("runs")).hasSize(8);
    for (JsonNode run : report.get("runs")) {
      assertThat(run.get("seconds")).hasSize(2);
      boolean libfuse = run.get("mount").asText().startsWith("jnr-fuse");
      if (libfuse) {
        assertThat(run.get("speedup").asDouble()).isEqualTo(1);
      } else if (run.get("mount").asText().equals("adapter")) {
        // Each call goes to the daemon, for the directory and the file.
        boolean stat = run.get("workload").asText().equals("stat");
        assertThat(run.get("upcalls").get("LOOKUP").asInt()).isEqualTo(stat ? 24 : 12);
      }
    }
  }

  @Test
  void refusesFewerFilesThanDirectories() throws Exception {
    Result result = bench("--files", 1, "--dirs", 2);

    assertThat(result.err()).startsWith("extfuse: --files, --dirs, --calls and --runs: give");
    assertThat(result.status()).isEqualTo(2);
  }

  private record Result(int status, String err) {}

  private Result bench(Object... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("extfuse.bench"), "jnrfuse"));
    command.addAll(List.of("--work", dir.resolve("work").toString()));
    command.addAll(List.of("--out", dir.resolve("out").toString()));
    Stream.of(options).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), err);
  }
}
