// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.extfuse4j.cli.map.NameText;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.cli.map.Table;
import org.extfuse4j.cli.map.Table.Cell;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.sys.Errno;

/** Requests on standard output, a row each. */
final class RequestTable implements AutoCloseable {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private static final String FORGOTTEN = "<...>"; // the kernel remembers few names of tasks
  // Of the columns, so that most rows line up from the first on.
  private static final int[] LEAST = {12, 8, 5, 6, 7, 8, 10, 4};

  private final Table table;
  private final boolean json;
  private final long epochUs; // of CLOCK_MONOTONIC, in microseconds since 1970

  RequestTable(OutputOptions output) {
    json = output.json();
    Instant now = Instant.now();
    epochUs = ChronoUnit.MICROS.between(Instant.EPOCH, now) - System.nanoTime() / 1000;
    table =
        (json
                ? output.table(
                    "time",
                    "request",
                    "nodeid",
                    "by",
                    "result",
                    "latency_ns",
                    "process",
                    "tid",
                    "path",
                    "name",
                    "program",
                    "program_ns",
                    "child")
                : output.table(
                    "time", "request", ">nodeid", "by", "result", ">latency", "process", "path"))
            .live(LEAST);
  }

  /**
   * @param target where it goes
   * @param nothing a LOOKUP has found that there is no such name
   */
  void row(TracedRequest request, KnownPaths.Target target, boolean nothing) {
    Instant time = Instant.EPOCH.plus(epochUs + request.timeUs(), ChronoUnit.MICROS);
    String opcode = FuseOpcode.name(request.opcode());
    Object nodeid = request.nodeid().isPresent() ? request.nodeid().getAsLong() : null;
    String by = request.inKernel() ? "kernel" : "daemon";
    String result = result(request, nothing);
    Cell latency = Latency.cell(request.latencyNs());
    String process = process(request.task());
    if (json) {
      table.row(
          time.toString(),
          opcode,
          nodeid,
          by,
          result,
          latency,
          process,
          request.task().tid(),
          target.isKnown() ? path(target.names()) : null,
          request.name().isEmpty() ? null : NameText.escape(request.name()),
          request.verdict(),
          request.verdict() == null ? null : request.programNs(),
          request.inKernel() && request.child() != 0 ? request.child() : null);
    } else {
      String attribute =
          target.attribute() == null ? "" : " [" + NameText.escape(target.attribute()) + "]";
      table.row(
          CLOCK.format(time),
          opcode,
          nodeid,
          by,
          result,
          latency,
          process + ":" + request.task().tid(),
          path(target.names()) + attribute);
    }
  }

  /** A line between the rows, in JSON an object with one number. */
  void say(String line, String field, long number) {
    table.summary(List.of(line), Map.of(field, number));
  }

  void flush() {
    table.flush();
  }

  @Override
  public void close() {
    table.close();
  }

  private static String result(TracedRequest request, boolean nothing) {
    if (request.error().isEmpty()) {
      return request.state().toString();
    }
    return nothing ? Errno.name(Errno.ENOENT) : Errno.name(request.error().getAsInt());
  }

  /** From the root of the mount, which is "/"; "?" for what is not known. */
  static String path(List<String> names) {
    if (names.isEmpty()) {
      return "/";
    }
    StringBuilder path = new StringBuilder();
    for (String name : names) {
      path.append(name.equals(KnownPaths.Target.UNKNOWN) ? "?" : "/" + NameText.escape(name));
    }
    return path.toString();
  }

  private static String process(TraceEvent.Task task) {
    String name = task.comm();
    if (name.equals(FORGOTTEN)) {
      try {
        Path comm = Path.of("/proc", Integer.toString(task.tid()), "comm");
        name = Files.readString(comm, ISO_8859_1).stripTrailing();
      } catch (IOException e) {
        name = "?"; // it has ended
      }
    }
    return NameText.escape(name);
  }
}
