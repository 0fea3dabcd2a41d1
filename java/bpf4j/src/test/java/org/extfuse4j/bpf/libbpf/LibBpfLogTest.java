// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.FdLeakCheck;
import org.extfuse4j.bpf.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(FdLeakCheck.class)
class LibBpfLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.extfuse4j.bpf.libbpf");
  private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

  @BeforeEach
  void listen() {
    seen.start();
    logger.addAppender(seen);
    logger.setLevel(Level.DEBUG);
  }

  @AfterEach
  void stopListening() {
    logger.setLevel(null);
    logger.detachAppender(seen);
  }

  @Test
  void debugLinesArriveFormatted() {
    TestObjects.load("basic").close();
    assertThat(seen.list)
        .anySatisfy(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
              assertThat(event.getFormattedMessage())
                  .startsWith("map 'table':")
                  .doesNotContain("%")
                  .doesNotEndWith("\n");
            });
  }

  @Test
  void warningsArriveAndAreQuotedInTheException() {
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfObject.open(Path.of("no/such.bpf.o")))
        .withMessageContaining("no/such.bpf.o: ENOENT (no such file or element): elf: ");
    assertThat(seen.list)
        .anySatisfy(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage()).contains("no/such.bpf.o");
            });
  }

  @Test
  void theVerifiersLogArrives() {
    try (BpfObject object = TestObjects.open("refused")) {
      assertThatExceptionOfType(BpfException.class).isThrownBy(object::load);
    }
    assertThat(seen.list)
        .anyMatch(event -> event.getFormattedMessage().contains("invalid mem access"));
  }

  @Test
  void aFailingAppenderDoesNotReachC() {
    AppenderBase<ILoggingEvent> failing =
        new AppenderBase<>() {
          @Override
          public synchronized void doAppend(ILoggingEvent event) {
            throw new IllegalStateException("an appender that fails");
          }

          @Override
          protected void append(ILoggingEvent event) {}
        };
    failing.start();
    logger.addAppender(failing);
    try {
      TestObjects.load("basic").close();
    } finally {
      logger.detachAppender(failing);
    }
  }
}
