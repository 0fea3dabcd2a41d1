// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.extfuse4j.coherence.history.HistoryReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckerTest {
  private static final String GOOD = new History().op(0, 10, 20, "lstat d0/b = ENOENT").text();
  private static final String BAD = new History().op(0, 10, 20, "lstat d0/a = ENOENT").text();

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stop = new ByteArrayOutputStream();

  @TempDir Path folder;

  private Checker check(String history) throws IOException {
    Checker checker = new Checker(new PrintStream(messages), new PrintStream(stop), folder);
    HistoryReader.read(new BufferedReader(new StringReader(history)), checker);
    return checker;
  }

  @Test
  void aRunWithoutViolationPasses() throws IOException {
    Checker checker = check("run on 5\n" + GOOD + GOOD + "done on 1.0\n");
    assertThat(checker.failures()).isZero();
    assertThat(checker.finished()).isEqualTo(1);
    assertThat(messages.toString(StandardCharsets.UTF_8)).contains("2 rounds", "all explained");
    assertThat(stop.size()).isZero();
  }

  @Test
  void aViolationFailsTheRunAndStopsIt() throws IOException {
    assertThat(check("run on 5\n" + GOOD + BAD + BAD + "done on 1.0\n").failures()).isEqualTo(1);
    assertThat(messages.toString(StandardCharsets.UTF_8)).contains("lstat d0/a = ENOENT", "FAILED");
    assertThat(stop.size()).isEqualTo(1);
    assertThat(folder.resolve("on-5-7.txt")).hasContent(BAD);
  }

  @Test
  void aFaultMustBeCaught() throws IOException {
    assertThat(check("run fault-late 5\n" + BAD + "done fault-late 1.0\n").failures()).isZero();
    assertThat(messages.toString(StandardCharsets.UTF_8)).contains("caught");
    assertThat(check("run fault-late 5\n" + GOOD + "done fault-late 1.0\n").failures())
        .isEqualTo(1);
  }
}
