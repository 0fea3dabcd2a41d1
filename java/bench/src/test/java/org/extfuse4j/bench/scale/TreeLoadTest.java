// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workload, on a directory. */
class TreeLoadTest {
  private static final int FILES = 300;
  private static final int DIRS = 3;

  private final TreeLoad load = new TreeLoad(Path.of("target/c/tree-load"), List.of(), FILES, DIRS);
  @TempDir Path root;

  @BeforeEach
  void makeTree() throws InterruptedException {
    assertThat(load.run("make", "", root).get("calls").asInt()).isEqualTo(FILES);
  }

  @Test
  void makesFilesWithNamesOf20Bytes() throws IOException {
    try (Stream<Path> names = Files.list(root.resolve("d00002"))) {
      assertThat(names)
          .hasSize(FILES / DIRS)
          .allMatch(Files::isRegularFile)
          .allMatch(file -> file.getFileName().toString().length() == 20);
    }
  }

  @Test
  void walksAllOfThem() throws Exception {
    ScaleReport.Calls calls = ScaleReport.Calls.of(load.run("walk", "", root));

    assertThat(calls.calls()).isEqualTo(FILES);
    assertThat(calls.medianUs()).isPositive().isLessThanOrEqualTo(calls.p999Us());
    assertThat(calls.p999Us()).isLessThanOrEqualTo(calls.worstUs());
    try (Stream<Path> names = Files.list(root.resolve("d00001"))) {
      Files.delete(names.findAny().orElseThrow());
    }
    assertThatThrownBy(() -> load.run("walk", "walking", root))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("walking failed");
  }

  @Test
  void asksForTheFirstOnly() throws Exception {
    try (Stream<Path> names = Files.list(root.resolve("d00002"))) {
      for (Path name : names.toList()) {
        Files.delete(name);
      }
    }

    assertThat(load.run("random", "", root, "--among", 200, "--stats", 1000).get("calls").asInt())
        .isEqualTo(1000);
    assertThatThrownBy(() -> load.run("random", "", root, "--stats", 1000))
        .isInstanceOf(CommandException.class);
  }

  @Test
  void knowsWhatAnIdealCacheWouldAnswer() throws Exception {
    JsonNode none = zipf(1);
    JsonNode some = zipf(30);
    JsonNode all = zipf(FILES + DIRS);

    // Between a directory and a file there is always another name.
    assertThat(none.get("ideal_hits").asInt()).isZero();
    assertThat(some.get("ideal_hits").asInt()).isBetween(1, all.get("ideal_hits").asInt() - 1);
    // All but the first time: nearly each file comes up, and each directory does.
    int fileMisses = 5000 - all.get("ideal_file_hits").asInt();
    assertThat(fileMisses).isBetween(FILES / 2, FILES);
    assertThat(all.get("ideal_hits").asInt()).isEqualTo(2 * 5000 - fileMisses - DIRS);
  }

  private JsonNode zipf(int capacity) throws InterruptedException {
    return load.run("zipf", "", root, "--stats", 5000, "--capacity", capacity);
  }
}
