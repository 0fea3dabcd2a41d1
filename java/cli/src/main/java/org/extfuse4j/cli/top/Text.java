// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.Locale;

/** Numbers and names for columns of a terminal. */
final class Text {
  private static final String CUT = "...";
  private static final double MS = 1e3; // in microseconds
  private static final double S = 1e6;

  private Text() {}

  /** A rate; null is "-". */
  static String rate(Double perSecond) {
    if (perSecond == null) {
      return "-";
    }
    return perSecond == 0 || perSecond >= 10
        ? String.format(Locale.ROOT, "%,.0f", perSecond)
        : String.format(Locale.ROOT, "%.1f", perSecond);
  }

  static String percent(Double ratio) {
    if (ratio == null) {
      return "-";
    }
    // What is not all of it must not look so.
    double shown = ratio < 1 ? Math.min(ratio, 0.999) : 1;
    return String.format(Locale.ROOT, "%.1f %%", 100 * shown);
  }

  static String time(Double us) {
    if (us == null) {
      return "-";
    }
    if (us < MS) {
      return String.format(Locale.ROOT, us < 10 ? "%.1f us" : "%.0f us", us);
    }
    double value = us < S ? us / MS : us / S;
    return String.format(Locale.ROOT, value < 10 ? "%.1f " : "%.0f ", value)
        + (us < S ? "ms" : "s");
  }

  static String count(long n) {
    return n < 0 ? "-" : String.format(Locale.ROOT, "%,d", n);
  }

  static String memory(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** How many columns a terminal takes for a text without control characters. */
  static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  private static int width(int c) {
    switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
        return 0;
      }
      default -> {
        // East Asian scripts, full-width forms and pictures.
        boolean wide =
            (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1faff)
                || (c >= 0x20000 && c <= 0x3fffd);
        return wide ? 2 : 1;
      }
    }
  }

  /** Leaves out the end of what is too wide. */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    String mark = CUT.substring(0, Math.max(0, Math.min(CUT.length(), columns)));
    int end = text.length();
    while (end > 0 && width(text.substring(0, end)) + mark.length() > columns) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end) + mark;
  }

  /** Leaves out the beginning of what is too wide: the end of a path tells more. */
  static String cutPath(String path, int columns) {
    if (width(path) <= columns) {
      return path;
    }
    String mark = CUT.substring(0, Math.max(0, Math.min(CUT.length(), columns)));
    int start = 0;
    while (start < path.length() && width(path.substring(start)) + mark.length() > columns) {
      start = path.offsetByCodePoints(start, 1);
    }
    return mark + path.substring(start);
  }

  static String left(String text, int columns) {
    String fits = cut(text, columns);
    return fits + " ".repeat(columns - width(fits));
  }

  static String right(String text, int columns) {
    String fits = cut(text, columns);
    return " ".repeat(columns - width(fits)) + fits;
  }
}
