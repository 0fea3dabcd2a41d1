// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark on a small tree; this kernel has no ExtFUSE, so without that contender. */
@Tag("alone") // it drops the caches of the machine
class FindBenchIT {
  private static final int FILES = 30;

  // On the disk: overlay and tmpfs are not what is measured.
  private Path dir;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    dir = Files.createTempDirectory(Path.of("/var/tmp").toRealPath(), "extfuse-it.");
    tree = Files.createDirectory(dir.resolve("tree"));
    for (int i = 0; i < FILES; i++) {
      Path folder = Files.createDirectories(tree.resolve("folder " + i % 3));
      Files.writeString(folder.resolve("file " + i), "x".repeat(i * 100));
    }
    Files.createSymbolicLink(tree.resolve("link"), Path.of("nowhere"));
  }

  @AfterEach
  void removeTree() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(dir.toString());
    Files.deleteIfExists(dir.resolve("find.json"));
    // The benchmark has removed its own folder, or this fails.
    Files.deleteIfExists(dir.resolve("work"));
    for (int i = 0; i < FILES; i++) {
      Files.delete(tree.resolve("folder " + i % 3).resolve("file " + i));
    }
    Files.delete(tree.resolve("link"));
    for (int i = 0; i < 3; i++) {
      Files.delete(tree.resolve("folder " + i));
    }
    Files.delete(tree);
    Files.delete(dir);
  }

  @Test
  void measuresWhatThereIs() throws Exception {
    Path out = dir.resolve("find.json");
    Result result = bench("--tree", tree, "--runs", 2, "--work", dir.resolve("work"), "--out", out);

    assertThat(result.err()).contains("without the extfuse contender: kernel has no ExtFUSE");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("find, cold", "stat, warm", "fuse-1h");
    JsonNode json = new ObjectMapper().readTree(out.toFile());
    assertThat(json.get("files").asInt()).isEqualTo(FILES);
    assertThat(json.get("accel").asText()).isEqualTo("none");
    List<String> rows = new ArrayList<>();
    for (JsonNode run : json.get("runs")) {
      rows.add(
          run.get("mount").asText()
              + " "
              + run.get("workload").asText()
              + " "
              + run.get("state").asText());
      assertThat(run.get("seconds")).hasSize(2);
      assertThat(run.get("median_s").asDouble()).isPositive();
    }
    assertThat(rows)
        .hasSize(4 * 2 * 2)
        .doesNotHaveDuplicates()
        .contains("native find cold", "fuse stat warm", "fuse-1h find warm");
    JsonNode fuse = json.get("runs").get(rows.indexOf("fuse stat warm"));
    assertThat(fuse.get("upcalls").get("LOOKUP").asInt()).isGreaterThan(FILES);
    JsonNode hour = json.get("runs").get(rows.indexOf("fuse-1h stat warm"));
    assertThat(hour.get("upcalls").has("LOOKUP")).isFalse();
  }

  /** While it mounts, and while it runs. */
  @ParameterizedTest
  @ValueSource(strings = {"names in", "warm-up, fuse-1s"})
  void cleansUpWhenItIsInterrupted(String after) throws Exception {
    Path err = dir.resolve("find.json");
    Process process =
        new ProcessBuilder(command("--tree", tree, "--work", dir.resolve("work"), "--out", "/x"))
            .redirectError(err.toFile())
            .start();
    while (!Files.readString(err).contains(after)) {
      assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
      Thread.sleep(5);
    }
    process.destroy();

    assertThat(process.waitFor()).isNotZero();
    assertThat(Files.readString(err)).doesNotContain("Exception");
    assertThat(dir.resolve("work")).isEmptyDirectory();
  }

  @Test
  void refusesWhatIsNoTree() throws Exception {
    Result missing = bench("--tree", dir.resolve("none"), "--out", dir.resolve("find.json"));

    assertThat(missing.err())
        .isEqualTo(
            "extfuse: tree " + dir.resolve("none") + " is not a directory: give an existing one\n");
    assertThat(missing.status()).isEqualTo(1);
  }

  private record Result(int status, String out, String err) {}

  private static Result bench(Object... options) throws IOException, InterruptedException {
    Path err = Files.createTempFile("extfuse-it", ".err");
    Process process = new ProcessBuilder(command(options)).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Result result = new Result(process.waitFor(), out, Files.readString(err));
    Files.delete(err);
    return result;
  }

  private static List<String> command(Object... options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(System.getProperty("extfuse.bench"), "find"));
    for (Object option : options) {
      command.add(option.toString());
    }
    return command;
  }
}
