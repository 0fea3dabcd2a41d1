// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars from left to right: a group of them for each name, in it a bar for each series; or one bar
 * that is made of all series, one after the other.
 */
public final class BarChart {
  private static final double LEFT = 110;
  private static final double WIDTH = 560;
  private static final double RIGHT = 150;
  private static final double BAR = 13;
  private static final double GAP = 7;
  private static final double TOP = 30;
  private static final double NOTE = 18;
  private static final double LEGEND_ROW = 20;
  private static final int LEGEND_COLUMNS = 4;
  private static final double LEGEND_COLUMN = 190;

  private final String title;
  private final String unit;
  private final boolean stacked;
  private final List<String> series;
  private final List<Group> groups = new ArrayList<>();
  private String note = "";

  /**
   * A bar.
   *
   * @param low the lowest that was measured, high the highest; the same as the value if it has none
   * @param label at its end
   */
  public record Bar(double value, double low, double high, String label) {}

  private record Group(String name, List<Bar> bars, String label) {}

  private BarChart(String title, String unit, boolean stacked, List<String> series) {
    this.title = title;
    this.unit = unit;
    this.stacked = stacked;
    this.series = series;
  }

  /** With a bar for each series. */
  public static BarChart grouped(String title, String unit, List<String> series) {
    return new BarChart(title, unit, false, series);
  }

  /** With the series one after the other. */
  public static BarChart stacked(String title, String unit, List<String> series) {
    return new BarChart(title, unit, true, series);
  }

  /** Adds a name with its bars, one for each series. */
  public void group(String name, List<Bar> bars) {
    groups.add(new Group(name, bars, ""));
  }

  /** Adds a name with a bar of parts, one for each series. */
  public void group(String name, List<Double> parts, String label) {
    groups.add(
        new Group(name, parts.stream().map(part -> new Bar(part, part, part, "")).toList(), label));
  }

  /** Adds a line at the end, such as where it was measured. */
  public void note(String line) {
    note = line;
  }

  private double highest() {
    return groups.stream()
        .mapToDouble(
            group ->
                stacked
                    ? group.bars.stream().mapToDouble(Bar::value).sum()
                    : group.bars.stream().mapToDouble(Bar::high).max().orElse(0))
        .max()
        .orElse(0);
  }

  @Override
  public String toString() {
    double legend = series.size() < 2 ? 0 : rows(series.size()) * LEGEND_ROW;
    double top = TOP + legend + 8;
    double each = (stacked ? BAR + 4 : BAR * series.size()) + GAP;
    double bottom = top + groups.size() * each;
    double end = bottom + 40 + (note.isEmpty() ? 0 : NOTE);
    Svg svg = new Svg(LEFT + WIDTH + RIGHT, end, title);
    svg.heading(4, 18, title);
    if (series.size() > 1) {
      legend(svg);
    }
    Axis axis = Axis.upTo(highest(), WIDTH);
    for (double tick : axis.ticks()) {
      double x = LEFT + axis.at(tick);
      svg.line(x, top, x, bottom, "stroke='#ddd'");
      svg.text(x, bottom + 15, "middle", Axis.label(tick));
    }
    svg.text(LEFT + WIDTH / 2, bottom + 33, "middle", unit);
    if (!note.isEmpty()) {
      svg.text(LEFT + WIDTH / 2, bottom + 33 + NOTE, "middle", note);
    }
    double y = top + GAP / 2;
    for (Group group : groups) {
      svg.text(LEFT - 6, y + (each - GAP) / 2 + 4, "end", group.name);
      if (stacked) {
        stack(svg, axis, group, y);
      } else {
        for (int i = 0; i < group.bars.size(); i++) {
          bar(svg, axis, group.bars.get(i), y + i * BAR, i);
        }
      }
      y += each;
    }
    svg.line(LEFT, top, LEFT, bottom, "stroke='#111'");
    return svg.toString();
  }

  private static void stack(Svg svg, Axis axis, Group group, double y) {
    double sum = 0;
    for (int i = 0; i < group.bars.size(); i++) {
      double value = group.bars.get(i).value;
      if (value > 0) {
        svg.bar(LEFT + axis.at(sum), y, axis.at(value), BAR + 4, i);
      }
      sum += value;
    }
    svg.text(LEFT + axis.at(sum) + 6, y + BAR, "start", group.label);
  }

  private static void bar(Svg svg, Axis axis, Bar bar, double y, int series) {
    svg.bar(LEFT, y, axis.at(bar.value), BAR - 2, series);
    if (bar.high > bar.low) {
      svg.spread(LEFT + axis.at(bar.low), LEFT + axis.at(bar.high), y + BAR / 2 - 1, 3);
    }
    svg.text(LEFT + axis.at(Math.max(bar.value, bar.high)) + 6, y + BAR - 3, "start", bar.label);
  }

  private static int rows(int entries) {
    return row(entries - 1) + 1;
  }

  private static int row(int entry) {
    return entry / LEGEND_COLUMNS;
  }

  private void legend(Svg svg) {
    for (int i = 0; i < series.size(); i++) {
      double x = 10 + i % LEGEND_COLUMNS * LEGEND_COLUMN;
      double y = TOP + row(i) * LEGEND_ROW;
      svg.bar(x, y, 22, 12, i).text(x + 28, y + 11, "start", series.get(i));
    }
  }
}
