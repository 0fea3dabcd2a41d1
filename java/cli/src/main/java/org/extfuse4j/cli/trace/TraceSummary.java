// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.cli.map.Table;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/** What all requests come to, by opcode, in memory that does not grow with them. */
final class TraceSummary {
  private static final class Line {
    private final LatencyHistogram kernel = new LatencyHistogram();
    private final LatencyHistogram daemon = new LatencyHistogram();
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
    LatencyHistogram times = request.inKernel() ? line.kernel : line.daemon;
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
                  Latency.cell(line.kernel.percentile(50)),
                  Latency.cell(line.kernel.percentile(99)),
                  Latency.cell(line.daemon.percentile(50)),
                  Latency.cell(line.daemon.percentile(99))));
    }
  }
}
