// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.fuse.LogCapture;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A failure that a caller repeats for ever takes a bounded part of a disk. */
class FailureLogTest {
  private static final String NAME = "org.extfuse4j.fuse.failures";

  @Test
  void theFirstOfAKindIsLogged() {
    try (LogCapture log = new LogCapture(NAME)) {
      FailureLog failures = new FailureLog(LoggerFactory.getLogger(NAME));
      for (int i = 0; i < 10_000; i++) {
        failures.error("a", () -> "first a", new IllegalStateException("on purpose"));
        failures.error("b", () -> "first b", null);
      }
      assertThat(log.lines()).containsExactly("ERROR first a", "ERROR first b");
      failures.end();
      assertThat(log.lines()).last().asString().contains("19998 more failures");
      failures.end();
      assertThat(log.lines()).hasSize(3);
    }
  }

  @Test
  void thenHowManyThereWere() throws InterruptedException {
    try (LogCapture log = new LogCapture(NAME)) {
      FailureLog failures = new FailureLog(LoggerFactory.getLogger(NAME), 50_000_000);
      failures.error("a", () -> "it", null);
      failures.error("a", () -> "it", null);
      Thread.sleep(60);
      failures.error("a", () -> "it", null);
      assertThat(log.lines()).hasSize(2).last().asString().contains("it (and 2 more like it");
    }
  }

  @Test
  void kindsAreBounded() {
    try (LogCapture log = new LogCapture(NAME)) {
      FailureLog failures = new FailureLog(LoggerFactory.getLogger(NAME));
      for (int i = 0; i < 10_000; i++) {
        int n = i;
        failures.error("kind " + i, () -> "kind " + n, null);
      }
      assertThat(log.lines()).hasSizeLessThan(100);
    }
  }
}
