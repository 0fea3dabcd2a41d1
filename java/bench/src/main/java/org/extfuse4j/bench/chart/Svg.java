// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import java.util.Locale;

/** An SVG picture that is drawn element by element. */
final class Svg {
  /** How many fills there are to tell series apart. */
  static final int FILLS = 8;

  private static final int FONT = 12;
  private static final String PATTERNS =
      pattern(
              1,
              6,
              "#fff",
              "<path d='M0 6L6 0M-1 1L1 -1M5 7L7 5' stroke='#222' stroke-width='1.1'/>")
          + pattern(3, 5, "#fff", "<circle cx='2.5' cy='2.5' r='1' fill='#222'/>")
          + pattern(4, 5, "#fff", "<path d='M0 2.5H5' stroke='#222' stroke-width='1'/>")
          + pattern(
              6, 6, "#bbb", "<path d='M0 0L6 6M-1 5L1 7M5 -1L7 1' stroke='#222' stroke-width='1'/>")
          + pattern(7, 6, "#fff", "<path d='M0 3H6M3 0V6' stroke='#222' stroke-width='.8'/>");

  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;
  private final String title;

  Svg(double width, double height, String title) {
    this.width = width;
    this.height = height;
    this.title = title;
  }

  private static String pattern(int number, int size, String ground, String lines) {
    return ("<pattern id='f%1$d' width='%2$d' height='%2$d' patternUnits='userSpaceOnUse'>"
            + "<rect width='%2$d' height='%2$d' fill='%3$s'/>%4$s</pattern>")
        .formatted(number, size, ground, lines);
  }

  /** The fill of a series: plain greys and hatches in turn. */
  static String fill(int series) {
    return switch (series % FILLS) {
      case 0 -> "#555";
      case 2 -> "#bbb";
      case 5 -> "#111";
      default -> "url(#f" + series % FILLS + ")";
    };
  }

  Svg bar(double x, double y, double w, double h, int series) {
    return add(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s' stroke='#111' stroke-width='.8'/>",
        x, y, Math.max(w, 0), h, fill(series));
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return add("<path d='M%.1f %.1fL%.1f %.1f' %s/>", x1, y1, x2, y2, style);
  }

  /** From the lowest to the highest, with ends; it shows on dark bars, too. */
  Svg spread(double low, double high, double y, double half) {
    return span(low, high, y, half, "stroke='#fff' stroke-width='3.6'")
        .span(low, high, y, half, "stroke='#000' stroke-width='1.2'");
  }

  private Svg span(double low, double high, double y, double half, String style) {
    return line(low, y, high, y, style)
        .line(low, y - half, low, y + half, style)
        .line(high, y - half, high, y + half, style);
  }

  /**
   * @param anchor start, middle or end
   */
  Svg text(double x, double y, String anchor, String text) {
    return add("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, escape(text));
  }

  Svg heading(double x, double y, String text) {
    return add("<text x='%.1f' y='%.1f' font-weight='bold'>%s</text>", x, y, escape(text));
  }

  /** A mark of a line's series, at a point. */
  Svg mark(double x, double y, int series) {
    String fill = series / 4 % 2 == 0 ? "#fff" : "#222";
    String shape =
        switch (series % 4) {
          case 0 -> "<circle cx='%1$.1f' cy='%2$.1f' r='4'";
          case 1 -> "<path d='M%3$.1f %4$.1fh8v8h-8z'";
          case 2 -> "<path d='M%1$.1f %4$.1fl5 8h-10z'";
          default -> "<path d='M%1$.1f %4$.1fl4 4l-4 4l-4 -4z'";
        };
    return add(
        shape + " fill='" + fill + "' stroke='#222' stroke-width='1.3'/>", x, y, x - 4, y - 4);
  }

  private Svg add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%1$.0f' height='%2$.0f' viewBox='0 0 %1$.0f"
            + " %2$.0f' font-family='sans-serif' font-size='%3$d' role='img'>%n<title>%4$s</title>"
            + "<defs>%5$s</defs><rect width='100%%' height='100%%' fill='#fff'/>%n%6$s</svg>%n",
        width,
        height,
        FONT,
        escape(title),
        PATTERNS,
        body);
  }
}
