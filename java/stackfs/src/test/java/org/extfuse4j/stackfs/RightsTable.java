// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs cells of the table of rights on a mount (src/test/c/rights; rights.c says what a cell is and
 * what the mount may answer).
 *
 * <p>With {@code -Dextfuse4j.long=true} many more cells are tried than otherwise, where they are a
 * spread that is the same in each run.
 */
final class RightsTable {
  /** Whether tests that take minutes are wanted. */
  static final boolean LONG = Boolean.getBoolean("extfuse4j.long");

  private static final Path PROGRAM = Path.of("target/test-c/rights").toAbsolutePath();

  /** Further words that the descriptions of cells must have; for looking into a fault. */
  private static final String ONLY = System.getProperty("extfuse4j.cells", "");

  private RightsTable() {}

  /**
   * Fails with the cells that are not as they may be.
   *
   * @param table "changes" or "set-id"
   * @param believes whether the kernel may believe what it was told, for a time or in the cache
   * @param every one of how many cells is tried, without and with the property
   */
  static void check(StackMount mount, String table, boolean believes, int... every) {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), table));
    for (Path path : List.of(mount.plain, mount.source, mount.mnt)) {
      command.add(path.toString());
    }
    command.add(believes ? "1" : "0");
    command.add(ONLY.isEmpty() ? String.valueOf(every[LONG ? 1 : 0]) : "1");
    command.add("0");
    if (!ONLY.isEmpty()) {
      command.addAll(List.of(ONLY.split(",")));
    }
    String output = run(command);
    assertThat(output.lines().reduce("", (a, b) -> b))
        .as(output)
        .matches("[1-9][0-9]* cells: .* 0 faults; .*");
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
