// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.extfuse4j.cli.Columns;

/** The results as a person reads them in a terminal: a line a workload, a column a mount. */
final class RatioTable {
  private final Results results;

  RatioTable(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    return "Medians of "
        + results.setting().runs()
        + " runs. Seconds on ext4, and times as long on the others:\n\n"
        + table(">native s", RatioTable::seconds, RatioTable::ratio)
        + "\n\nRequests that reached the daemon, FORGETs not counted:\n\n"
        + table(null, null, row -> row.counted() ? Columns.count(row.requests()) : "-");
  }

  private Columns table(
      String first,
      Function<Results.Row, String> ofNative,
      Function<Results.Row, String> ofOthers) {
    List<Competitor> competitors = results.competitors();
    List<String> headings = new ArrayList<>(List.of("workload", "state"));
    for (Competitor competitor : competitors) {
      if (competitor != Competitor.NATIVE) {
        headings.add(">" + competitor.label);
      } else if (first != null) {
        headings.add(first);
      }
    }
    Columns table = new Columns(headings.toArray(new String[0]));
    for (RunTask task : results.tasks()) {
      String title = task.label;
      for (RunStep step : results.steps(task)) {
        List<String> cells = new ArrayList<>(List.of(title, step.phase().label));
        for (Results.Row row : results.of(task, step.phase())) {
          if (!row.mount().equals(Competitor.NATIVE.label)) {
            cells.add(ofOthers.apply(row));
          } else if (ofNative != null) {
            cells.add(ofNative.apply(row));
          }
        }
        table.row(cells.toArray(new String[0]));
        title = "";
      }
    }
    return table;
  }

  private static String seconds(Results.Row row) {
    return String.format(Locale.ROOT, "%.3f", row.medianS());
  }

  private static String ratio(Results.Row row) {
    return String.format(Locale.ROOT, "%.2f", row.ratioToNative());
  }
}
