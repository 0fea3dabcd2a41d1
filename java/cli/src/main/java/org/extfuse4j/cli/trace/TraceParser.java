// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.cli.trace.TraceEvent.Asked;
import org.extfuse4j.cli.trace.TraceEvent.Ended;
import org.extfuse4j.cli.trace.TraceEvent.Lost;
import org.extfuse4j.cli.trace.TraceEvent.Sent;
import org.extfuse4j.cli.trace.TraceEvent.Task;
import org.extfuse4j.cli.trace.TraceEvent.Verdict;

/**
 * Reads lines of trace_pipe, bytes as ISO-8859-1. Names of tasks and files may hold anything, so
 * nothing is searched for in a line: the name of a task has its fixed width, that of a file ends
 * the line.
 */
final class TraceParser {
  // "%16s-%-7d [%03d] " and, unless irq-info is off, flags, and the time.
  private static final Pattern LINE =
      Pattern.compile(
          "(.{16})-(\\d{1,7}) +\\[\\d{3,}\\] (?:[^ ]{4,6} )? *(\\d{1,12})\\.(\\d{6}): (\\w+): (.*)",
          Pattern.DOTALL);
  private static final Pattern ASKED =
      Pattern.compile(
          "connection (\\d+) opcode (\\d+) nodeid (\\d+) (answered|declined|not asked) error (-?\\d+)"
              + " child (\\d+) ns (\\d+) name ?(.*)",
          Pattern.DOTALL);
  private static final Pattern SENT =
      Pattern.compile("connection (\\d+) req (\\d+) opcode (\\d+) \\(\\w+\\) len \\d+ ?");
  private static final Pattern ENDED =
      Pattern.compile("connection (\\d+) req (\\d+) len \\d+ error (-?\\d+)");
  private static final Pattern LOST =
      Pattern.compile("CPU:\\d+ \\[LOST (?:(\\d{1,18}) )?EVENTS\\]");
  private static final long SECOND_US = 1_000_000;

  private final String connection;

  /**
   * @param connection the mount's number; events of others are not believed
   */
  TraceParser(int connection) {
    this.connection = Integer.toString(connection);
  }

  /** The event; empty if the line is not what the kernel prints for one of this connection. */
  Optional<TraceEvent> parse(String line) {
    try {
      Matcher lost = LOST.matcher(line);
      if (lost.matches()) {
        return Optional.of(new Lost(lost.group(1) == null ? -1 : Long.parseLong(lost.group(1))));
      }
      Matcher whole = LINE.matcher(line);
      return whole.matches() ? event(whole) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // of more digits than any number here has
    }
  }

  private Optional<TraceEvent> event(Matcher line) {
    Task task = new Task(Integer.parseInt(line.group(2)), line.group(1).stripLeading());
    long time = Long.parseLong(line.group(3)) * SECOND_US + Long.parseLong(line.group(4));
    String fields = line.group(6);
    return switch (line.group(5)) {
      case "extfuse_request" -> asked(time, task, ASKED.matcher(fields));
      case "fuse_request_send" -> sent(time, task, SENT.matcher(fields));
      case "fuse_request_end" -> ended(time, task, ENDED.matcher(fields));
      default -> Optional.empty();
    };
  }

  private Optional<TraceEvent> asked(long time, Task task, Matcher m) {
    if (!isOurs(m)) {
      return Optional.empty();
    }
    Verdict verdict =
        switch (m.group(4)) {
          case "answered" -> Verdict.ANSWERED;
          case "declined" -> Verdict.DECLINED;
          default -> Verdict.NOT_ASKED;
        };
    return Optional.of(
        new Asked(
            time,
            task,
            Integer.parseInt(m.group(2)),
            Long.parseUnsignedLong(m.group(3)),
            verdict,
            Integer.parseInt(m.group(5)),
            Long.parseUnsignedLong(m.group(6)),
            Long.parseLong(m.group(7)),
            unescape(m.group(8))));
  }

  private Optional<TraceEvent> sent(long time, Task task, Matcher m) {
    return isOurs(m)
        ? Optional.of(
            new Sent(time, task, Long.parseUnsignedLong(m.group(2)), Integer.parseInt(m.group(3))))
        : Optional.empty();
  }

  private Optional<TraceEvent> ended(long time, Task task, Matcher m) {
    return isOurs(m)
        ? Optional.of(
            new Ended(time, task, Long.parseUnsignedLong(m.group(2)), Integer.parseInt(m.group(3))))
        : Optional.empty();
  }

  private boolean isOurs(Matcher fields) {
    return fields.matches() && fields.group(1).equals(connection);
  }

  /**
   * Undoes the kernel's %pE: \n and the like, or three octal digits, for what is not printable in
   * Latin-1. A backslash stands for itself there, so a name that has one before such a letter reads
   * as another; no name is longer for it.
   */
  static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder name = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      int letter =
          c == '\\' && at + 1 < text.length() ? "fnrtvea".indexOf(text.charAt(at + 1)) : -1;
      if (letter >= 0) {
        name.append("\f\n\r\t\u000b\u001b\u0007".charAt(letter));
        at++;
      } else if (c == '\\' && octal(text, at + 1) >= 0) {
        name.append((char) octal(text, at + 1));
        at += 3;
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }

  private static int octal(String text, int at) {
    if (at + 3 > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + 3; i++) {
      int digit = Character.digit(text.charAt(i), 8);
      if (digit < 0) {
        return -1;
      }
      value = value * 8 + digit;
    }
    return value <= 0xff ? value : -1;
  }
}
