// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the benchmark says where it cannot run: this kernel has no ExtFUSE. */
@Tag("alone") // it drops the caches of the machine
class ScaleBenchIT {
  private Path dir;

  @BeforeEach
  void makeDirectory() throws IOException {
    dir = Files.createTempDirectory(Path.of("/var/tmp").toRealPath(), "extfuse-it.");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(dir.toString());
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  @Test
  void saysThatTheKernelHasNoExtfuse() throws Exception {
    Result result = bench("--files", 1000, "--dirs", 10);

    assertThat(result.err()).endsWith("or mount with --cache=auto\n");
    assertThat(result.err()).contains("1 of 9, making the tree", "kernel has no ExtFUSE support");
    assertThat(result.status()).isEqualTo(1);
    assertThat(dir.resolve("work")).isEmptyDirectory();
    assertThat(dir.resolve("tree/all/d00009/file-000000000000999")).isEmptyFile();
  }

  @Test
  void refusesATreeThatIsNotEven() throws Exception {
    Result result = bench("--files", 1001, "--dirs", 10);

    assertThat(result.err())
        .isEqualTo(
            "extfuse: --files, --dirs: at least 1000 files, and as many in each directory;"
                + " see extfuse-bench scale --help\n");
    assertThat(result.status()).isEqualTo(2);
  }

  private record Result(int status, String err) {}

  private Result bench(Object... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("extfuse.bench"), "scale"));
    command.addAll(List.of("--load", Path.of("target/c/tree-load").toAbsolutePath().toString()));
    command.addAll(List.of("--tree", dir.resolve("tree").toString()));
    command.addAll(List.of("--work", dir.resolve("work").toString()));
    command.addAll(List.of("--out", dir.resolve("out").toString()));
    Stream.of(options).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), err);
  }
}
