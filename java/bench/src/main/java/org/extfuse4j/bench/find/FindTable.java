// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.extfuse4j.bench.CacheState;
import org.extfuse4j.bench.Workload;
import org.extfuse4j.cli.Columns;

/** The results as a person reads them. */
final class FindTable {
  private final FindReport report;

  FindTable(FindReport report) {
    this.report = report;
  }

  /** A block of rows for each workload and state, then what it comes to. */
  @Override
  public String toString() {
    Columns table =
        new Columns(
            "",
            "mount",
            ">median s",
            ">min - max",
            ">/native",
            ">/fuse",
            ">up: LOOKUP",
            ">GETATTR",
            ">other",
            ">in kernel: LOOKUP",
            ">GETATTR");
    for (Workload workload : Workload.values()) {
      for (CacheState state : CacheState.values()) {
        String title = workload.label + ", " + state.label;
        for (Contender contender : Contender.values()) {
          Optional<FindReport.Entry> entry = find(contender, workload, state);
          if (entry.isPresent()) {
            row(table, title, entry.get());
            title = "";
          }
        }
      }
    }
    return table + "\n\n" + summary();
  }

  private void row(Columns table, String title, FindReport.Entry e) {
    if (!title.isEmpty()) {
      table.row("");
    }
    boolean isNative = e.mount().equals(Contender.NATIVE.label);
    table.row(
        title,
        e.mount(),
        number("%.3f", e.median()),
        number("%.3f - ", Collections.min(e.seconds()))
            + number("%.3f", Collections.max(e.seconds())),
        ratio(e, Contender.NATIVE),
        ratio(e, Contender.FUSE),
        isNative ? "-" : count(e.upcalls(), "LOOKUP"),
        isNative ? "-" : count(e.upcalls(), "GETATTR"),
        isNative ? "-" : Columns.count(sum(e.upcalls()) - asked(e)),
        isNative ? "-" : count(e.answered(), "LOOKUP"),
        isNative ? "-" : count(e.answered(), "GETATTR"));
  }

  /** What ExtFUSE makes of plain FUSE when warm, a sentence for each workload. */
  private String summary() {
    StringJoiner text = new StringJoiner("\n");
    for (Workload workload : Workload.values()) {
      Optional<FindReport.Entry> fuse = find(Contender.FUSE, workload, CacheState.WARM);
      Optional<FindReport.Entry> ext = find(Contender.EXTFUSE, workload, CacheState.WARM);
      if (fuse.isPresent() && ext.isPresent()) {
        long before = asked(fuse.get());
        long after = asked(ext.get());
        text.add(
            String.format(
                Locale.ROOT,
                "Warm %s: ExtFUSE takes %s of the time of plain FUSE (%s of native);"
                    + " %,d of %,d LOOKUP and GETATTR requests still reach the daemon (%s %%).",
                workload.label,
                ratio(ext.get(), Contender.FUSE),
                ratio(ext.get(), Contender.NATIVE),
                after,
                before,
                before == 0 ? "-" : number("%.2f", 100.0 * after / before)));
      }
    }
    return text.length() == 0 ? "Without ExtFUSE there is nothing to compare." : text.toString();
  }

  private Optional<FindReport.Entry> find(
      Contender contender, Workload workload, CacheState state) {
    List<FindReport.Entry> runs = report.runs();
    return runs.stream()
        .filter(e -> e.mount().equals(contender.label))
        .filter(e -> e.workload().equals(workload.label) && e.state().equals(state.label))
        .findFirst();
  }

  private String ratio(FindReport.Entry e, Contender base) {
    return report.runs().stream()
        .filter(b -> b.mount().equals(base.label))
        .filter(b -> b.workload().equals(e.workload()) && b.state().equals(e.state()))
        .findFirst()
        .map(b -> number("%.2f", e.median() / b.median()))
        .orElse("-");
  }

  private static long asked(FindReport.Entry e) {
    return e.upcalls().getOrDefault("LOOKUP", 0L) + e.upcalls().getOrDefault("GETATTR", 0L);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String count(Map<String, Long> counts, String opcode) {
    return Columns.count(counts.getOrDefault(opcode, 0L));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
