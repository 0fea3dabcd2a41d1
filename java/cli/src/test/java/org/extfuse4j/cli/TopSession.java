// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.extfuse4j.cache.Patience;

/**
 * {@code extfuse top} as tmux saw it, of a mount that was in use meanwhile: what holds of any frame
 * is checked here.
 */
final class TopSession implements AutoCloseable {
  private static final int PATIENCE_S = Patience.seconds(240);
  private static final String REQUEST_ROW =
      "[A-Z_0-9.]{2,12} +(-|[\\d,.]+)( +(-|[\\d,.]+)){2} +(-|[\\d.]+ %)( +(-|[\\d.]+ (us|ms|s))){3}";
  private static final String REQUEST_HEADING =
      "REQUEST +KERNEL/s +UPCALLS/s +ERRORS/s +HIT +P50 +P99 +MAX";

  private final Path folder;
  private final List<String> small;
  private final List<String> large;

  TopSession(Cli cli) throws IOException, InterruptedException {
    folder = Files.createTempDirectory(Path.of("/tmp"), "top");
    String use =
        "while sleep 0.02; do cat \"$1/sub/file\"; [ -e \"$1/sub/none\" ]; done >/dev/null";
    Process user = new ProcessBuilder("bash", "-c", use, "bash", "" + cli.mountpoint).start();
    try {
      Path script =
          Path.of(System.getProperty("extfuse.launcher"))
              .resolveSibling("../lib/top-session.sh")
              .normalize();
      run("" + script, "" + cli.mountpoint, "" + folder);
    } finally {
      user.destroyForcibly().waitFor();
    }
    small = Files.readAllLines(folder.resolve("80x24"));
    large = Files.readAllLines(folder.resolve("200x50"));
    check();
  }

  // Under emulation top takes long to start, and it starts twice.
  private void run(String... command) throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    Process session =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = session.waitFor(PATIENCE_S, TimeUnit.SECONDS);
    if (!ended) {
      session.destroy();
    }
    assertThat(Files.readString(said)).as("in time: %s", ended).isEmpty();
    assertThat(ended).isTrue();
    assertThat(session.exitValue()).isZero();
  }

  private void check() throws IOException {
    assertThat(small).hasSizeLessThanOrEqualTo(24).allMatch(line -> line.length() <= 80);
    assertThat(small.get(0))
        .matches("extfuse top  .*[^ ] +connection \\d+, process \\d+, q quits")
        .hasSize(80);
    assertThat(small).anyMatch(line -> line.matches(REQUEST_HEADING));
    int heading = small.indexOf(line(small, REQUEST_HEADING));
    int misses = small.indexOf(line(small, "MISS +REASON .*SHARE"));
    assertThat(misses).isGreaterThan(heading + 1);
    assertThat(small.subList(heading + 1, misses)).allMatch(line -> line.matches(REQUEST_ROW));
    assertThat(small).anyMatch(line -> line.matches("LOOKUPS/s  DIRECTORY"));
    assertThat(small).anyMatch(line -> line.matches("MAP +ENTRIES +CAPACITY +FILL +MEMORY"));

    assertThat(large).hasSizeLessThanOrEqualTo(50).allMatch(line -> line.length() <= 200);
    assertThat(large.get(0)).endsWith(", q quits").hasSize(200);
    assertThat(large)
        .anyMatch(line -> line.matches(REQUEST_HEADING + " +MAP +ENTRIES .*MEMORY"))
        .anyMatch(line -> line.matches(".* +LOOKUPS/s  DIRECTORY"));

    for (String after : List.of("quit", "interrupted")) {
      assertThat(Files.readString(folder.resolve(after))).doesNotContain("REQUEST", "hit ratio");
    }
  }

  private static String line(List<String> lines, String pattern) {
    return lines.stream().filter(l -> l.matches(pattern)).findFirst().orElse("");
  }

  List<String> small() {
    return small;
  }

  List<String> large() {
    return large;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
