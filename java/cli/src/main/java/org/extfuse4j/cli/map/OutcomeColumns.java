// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.extfuse4j.cache.Outcome;

/** A column for each outcome, between others. */
final class OutcomeColumns {
  private OutcomeColumns() {}

  static String[] headings(String first, String... last) {
    List<String> headings = new ArrayList<>();
    headings.add(first);
    for (Outcome outcome : Outcome.values()) {
      headings.add(">" + outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    headings.addAll(List.of(last));
    return headings.toArray(String[]::new);
  }

  static Object[] cells(Object first, ToLongFunction<Outcome> counts, Object... last) {
    List<Object> cells = new ArrayList<>();
    cells.add(first);
    for (Outcome outcome : Outcome.values()) {
      cells.add(Table.Cell.count(counts.applyAsLong(outcome)));
    }
    for (Object cell : last) {
      cells.add(cell);
    }
    return cells.toArray();
  }
}
