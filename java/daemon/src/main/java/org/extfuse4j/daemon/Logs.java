// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log messages go. Code in place of a logback.xml: reading one takes a tenth of the time that
 * a mount takes.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  /** Of the session: a line for each request. */
  private static final String REQUESTS = "org.extfuse4j.fuse.requests";

  private static final String LIBBPF = "org.extfuse4j.bpf.libbpf";

  private static final String FOR_A_PERSON = "extfuse: %msg%n%nopex";
  private static final String FOR_A_FILE = "%d %-5level [%thread] %logger{0}: %msg%n";

  /** /run, where logs are unless --log says otherwise, is memory. */
  static final long FILE_MB = 8;

  private static volatile boolean verbose;

  /** Called by Logback when the first logger is asked for. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    apply(context, appender, Console.background() ? FOR_A_FILE : FOR_A_PERSON);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    if (!Console.background()) {
      // What it says of a failure becomes one line in an exception.
      context.getLogger(LIBBPF).setLevel(Level.OFF);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Says what is logged, and where to.
   *
   * @param verbosity 0 for warnings, 1 for requests as well, 2 for all that there is
   * @param file where to, or null for standard error
   */
  public static void configure(int verbosity, Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    if (file != null) {
      try {
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      } catch (IOException e) {
        throw new CommandException("cannot write to the log " + file, e);
      }
      toFile(file);
    }
    if (verbosity > 0 || file != null) {
      context.getLogger(LIBBPF).setLevel(null);
    }
    verbose = verbosity > 0;
    if (verbosity > 0) {
      context.getLogger("org.extfuse4j").setLevel(Level.DEBUG);
      context.getLogger(REQUESTS).setLevel(verbosity > 1 ? Level.TRACE : Level.DEBUG);
    } else if (file != null || Console.background()) {
      context.getLogger("org.extfuse4j").setLevel(Level.INFO);
    }
  }

  /** From now on messages go to this file, which exists, and nowhere else. */
  static void toFile(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
    apply(context, appender(context, file), FOR_A_FILE);
  }

  /**
   * Appends to a file. A regular one is bounded: it becomes FILE.1 at {@value #FILE_MB} MB, and
   * what was that goes.
   */
  static OutputStreamAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
    // What a % means in a pattern it would mean in a name.
    if (!Files.isRegularFile(file) || file.toString().contains("%")) {
      FileAppender<ILoggingEvent> plain = new FileAppender<>();
      plain.setFile(file.toString());
      return plain;
    }
    RollingFileAppender<ILoggingEvent> rolling = new RollingFileAppender<>();
    rolling.setFile(file.toString());
    FixedWindowRollingPolicy last = new FixedWindowRollingPolicy();
    last.setContext(context);
    last.setParent(rolling);
    last.setMinIndex(1);
    last.setMaxIndex(1);
    last.setFileNamePattern(file + ".%i");
    last.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_MB << 20));
    // At each message, not once a minute: what that costs is not to be seen beside writing it.
    size.setCheckIncrement(Duration.buildByMilliseconds(0));
    size.start();
    rolling.setRollingPolicy(last);
    rolling.setTriggeringPolicy(size);
    return rolling;
  }

  /** Where a failure came from, for those who asked to be told all. */
  public static void trace(Exception e) {
    if (verbose) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      LoggerFactory.getLogger(Logs.class).debug("{}", trace);
    }
  }

  private static void apply(
      LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }
}
