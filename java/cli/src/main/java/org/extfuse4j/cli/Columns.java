// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text that line up. */
public final class Columns {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * A table without rows.
   *
   * @param headings of the columns; one that starts with "&gt;" is aligned to the right
   */
  public Columns(String... headings) {
    right = new boolean[headings.length];
    String[] first = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      first[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    rows.add(first);
  }

  /** Adds a row; cells that are missing at its end are empty. */
  public void row(String... cells) {
    rows.add(cells);
  }

  /** A count with its thousands apart, as all tables here show them. */
  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** The lines, without a line end after the last. */
  @Override
  public String toString() {
    int[] width = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        width[i] = Math.max(width[i], row[i].codePointCount(0, row[i].length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        int room = width[i] - row[i].codePointCount(0, row[i].length());
        line.append(i == 0 ? "" : GAP);
        line.append(right[i] ? " ".repeat(room) + row[i] : row[i] + " ".repeat(room));
      }
      text.append(text.length() == 0 ? "" : "\n").append(line.toString().stripTrailing());
    }
    return text.toString();
  }
}
