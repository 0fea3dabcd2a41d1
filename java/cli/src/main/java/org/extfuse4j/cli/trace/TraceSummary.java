// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.cli.map.Table;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.DurationHistogram;

/** What all requests come to, by opcode, in memory that does not grow with them. */
final class TraceSummary {
  private static final class Line {
    private final DurationHistogram.Counter kernel = new DurationHistogram.Counter();
    private final DurationHistogram.Counter daemon = new DurationHistogram.Counter();
    private long requests;
    private long inKernel;
  }

  private final Map<String, Line> lines = new TreeMap<>();

  void add(TracedRequest request) {
    Line line = lines.computeIfAbsent(FuseOpcode.name(request.opcode()), name -> new Line());
    line.requests++;
    if (request.inKernel()) {
      line.inKernel++;
    }
    DurationHistogram.Counter times = request.inKernel() ? line.kernel : line.daemon;
    request.latencyNs().ifPresent(times::add);
  }

  /** Prints a row for each opcode that was seen. */
  void print(OutputOptions output) {
    try (Table table =
        output.table(
            "request",
            ">count",
            ">in kernel",
            ">kernel p50",
            ">kernel p99",
            ">daemon p50",
            ">daemon p99")) {
      lines.forEach(
          (name, line) ->
              table.row(
                  name,
                  Table.Cell.count(line.requests),
                  Table.Cell.count(line.inKernel),
                  cell(line.kernel, 0.5),
                  cell(line.kernel, 0.99),
                  cell(line.daemon, 0.5),
                  cell(line.daemon, 0.99)));
    }
  }

  private static Table.Cell cell(DurationHistogram.Counter times, double share) {
    long ns = times.histogram().quantileNs(share);
    return Latency.cell(ns < 0 ? OptionalLong.empty() : OptionalLong.of(ns));
  }
}
