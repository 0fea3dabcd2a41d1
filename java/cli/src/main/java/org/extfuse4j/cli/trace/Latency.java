// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Locale;
import java.util.OptionalLong;
import org.extfuse4j.cli.map.Table;

/** Times as they are shown: in the unit that leaves few digits, in JSON in nanoseconds. */
final class Latency {
  private static final double US = 1e3;
  private static final double MS = 1e6;
  private static final double SECOND = 1e9;

  private Latency() {}

  /** A cell; null where nothing is known. */
  static Table.Cell cell(OptionalLong ns) {
    return ns.isEmpty() ? null : new Table.Cell(text(ns.getAsLong()), ns.getAsLong());
  }

  static String text(long ns) {
    if (ns < 999_950) {
      return String.format(Locale.ROOT, "%.1f us", ns / US);
    }
    if (ns < 999_950_000) {
      return String.format(Locale.ROOT, "%.1f ms", ns / MS);
    }
    return String.format(Locale.ROOT, "%.1f s", ns / SECOND);
  }
}
