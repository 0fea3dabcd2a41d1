// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class LogsTest {
  private static void write(Path file, int megabytes) throws IOException {
    Files.createFile(file);
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    OutputStreamAppender<ILoggingEvent> appender = Logs.appender(context, file);
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger logger = context.getLogger(Logger.ROOT_LOGGER_NAME);
    logger.addAppender(appender);
    String line = "x".repeat(1023);
    for (int i = 0; i < (megabytes << 10); i++) {
      logger.info(line);
    }
    logger.info("the last");
    context.stop();
  }

  @Test
  void whatABurstWritesIsBounded(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("daemon.log");
    write(file, 5 * (int) Logs.FILE_MB);
    try (Stream<Path> files = Files.list(dir)) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeLessThanOrEqualTo(2);
      for (Path one : all) {
        assertThat(Files.size(one))
            .as(one.toString())
            .isLessThanOrEqualTo((Logs.FILE_MB << 20) + 1024);
      }
    }
    assertThat(Files.readString(file)).endsWith("the last\n");
  }

  @Test
  void aNameWithAPercentSignIsAName(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("50%d.log");
    write(file, 1);
    assertThat(Files.readString(file)).endsWith("the last\n");
  }
}
