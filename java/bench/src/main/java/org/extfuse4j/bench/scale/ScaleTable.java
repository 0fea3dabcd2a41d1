// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.extfuse4j.bench.scale.AnswerCost.Case;
import org.extfuse4j.bench.scale.ScaleReport.Answer;
import org.extfuse4j.bench.scale.ScaleReport.Calls;
import org.extfuse4j.bench.scale.ScaleReport.Memory;
import org.extfuse4j.bench.scale.ScaleReport.Pass;
import org.extfuse4j.bench.scale.ScaleReport.Zipf;
import org.extfuse4j.cli.Columns;

/** The results as a person reads them. */
final class ScaleTable {
  private final ScaleReport report;

  ScaleTable(ScaleReport report) {
    this.report = report;
  }

  /** The walks and what they cost, then what they left in memory. */
  @Override
  public String toString() {
    String answers = report.whole().answer() == null ? "" : answers() + "\n\n";
    return passes() + "\n\n" + answers + sizes();
  }

  private Columns passes() {
    Columns table =
        new Columns(
            Columns.count(report.files()) + " files",
            ">calls",
            ">s",
            ">median us",
            ">99.9 % us",
            ">worst ms",
            ">LOOKUP, GETATTR to the daemon");
    row(table, "made on the disk", report.made(), "-");
    row(table, "all cached: first walk", report.whole().cold());
    row(table, "second walk", report.whole().warm());
    row(table, "a tenth cached: popular names", report.tenth().zipf().pass());
    if (report.tenth().walk() != null) {
      row(table, "walk", report.tenth().walk());
    }
    return table;
  }

  private static void row(Columns table, String title, Pass pass) {
    row(table, title, pass.calls(), number("%.2f %%", 100 * pass.upShare()));
  }

  private static void row(Columns table, String title, Calls calls, String up) {
    table.row(
        title,
        Columns.count(calls.calls()),
        number("%.1f", calls.seconds()),
        number("%.1f", calls.medianUs()),
        number("%.0f", calls.p999Us()),
        number("%.1f", calls.worstUs() / 1000),
        up);
  }

  private Columns answers() {
    Answer answer = report.whole().answer();
    Columns table =
        new Columns(
            "cost of an answer", ">names", ">budget", ">program ns", ">min - max", ">call us");
    for (Case one : answer.cases()) {
      table.row(
          one.label(),
          Columns.count(one.names()),
          one.budget() == null ? "-" : Columns.count(one.budget()),
          one.medianAnswerNs() == null ? "-" : number("%.0f", one.medianAnswerNs()),
          one.medianAnswerNs() == null ? "-" : range(one.answerNs()),
          number("%.1f", one.medianCallUs()));
    }
    table.row(
        "few of many / few",
        "",
        "",
        ratio(answer.sameNames()),
        "best: " + ratio(answer.sameNamesBest()));
    table.row(
        "all / few",
        "",
        "",
        ratio(answer.allNames()),
        "best: " + ratio(answer.allNamesBest()),
        ratio(answer.calls()));
    table.row("all / few, no mount", "", "", "", "", ratio(answer.nativeCalls()));
    return table;
  }

  private static String ratio(double value) {
    return number("%.2f", value);
  }

  private static String range(List<Double> values) {
    return number("%.0f - ", Collections.min(values)) + number("%.0f", Collections.max(values));
  }

  private Columns sizes() {
    Memory memory = report.whole().memory();
    Zipf zipf = report.tenth().zipf();
    int descriptors = Math.max(report.whole().descriptors(), report.tenth().descriptors());
    long left = Math.max(report.whole().letGo().nodes(), report.tenth().letGo().nodes());
    Columns table = new Columns("", ">");
    table.row("kernel memory of the maps, bytes a cached name", tenths(memory.mapBytesPerName()));
    table.row("the same by entry of the budget", tenths(memory.mapBytesPerEntry()));
    table.row("the same by the machine's growth, a name", tenths(memory.grownPerName()));
    table.row("Java heap, bytes a node", tenths(report.whole().heap().bytesPerNode()));
    table.row("descriptors of a daemon at most", Columns.count(descriptors));
    table.row("a tenth cached: LOOKUP answered", number("%.3f", zipf.hitRate()));
    table.row("by an ideal LRU cache", number("%.3f", zipf.idealHitRate()));
    table.row("part of that", number("%.3f", zipf.ofIdeal()));
    table.row("the same of files alone, at least", number("%.3f", zipf.ofIdealFiles()));
    table.row("nodes left at the end", Columns.count(left));
    table.row("complaints of daemons", Columns.count(report.complaints().size()));
    return table;
  }

  private static String tenths(double value) {
    return number("%.1f", value);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
