// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lines over a few places, each with marks of its own and its name at its end. Equal ratios are
 * equal distances.
 */
public final class LineChart {
  private static final double LEFT = 90;
  private static final double WIDTH = 520;
  private static final double RIGHT = 120;
  private static final double TOP = 40;
  private static final double HEIGHT = 420;
  private static final double LABEL = 14;

  private final String title;
  private final String unit;
  private final String under;
  private final List<String> places;
  private final List<Line> lines = new ArrayList<>();

  private record Line(String name, List<Double> values) {
    double last() {
      return values.get(values.size() - 1);
    }
  }

  /**
   * A chart without lines.
   *
   * @param unit of the values
   * @param under what the places are
   */
  public LineChart(String title, String unit, String under, List<String> places) {
    this.title = title;
    this.unit = unit;
    this.under = under;
    this.places = places;
  }

  /** Adds a line, with a value for each place. */
  public void line(String name, List<Double> values) {
    lines.add(new Line(name, values));
  }

  @Override
  public String toString() {
    LogAxis axis =
        LogAxis.over(lines.stream().flatMap(line -> line.values.stream()).toList(), HEIGHT);
    double bottom = TOP + HEIGHT;
    Svg svg = new Svg(LEFT + WIDTH + RIGHT, bottom + 45, title);
    svg.heading(4, 18, title + " (" + unit + ")");
    for (double tick : axis.ticks()) {
      double y = bottom - axis.at(tick);
      svg.line(LEFT, y, LEFT + WIDTH, y, "stroke='#ddd'");
      svg.text(LEFT - 6, y + 4, "end", Axis.label(tick));
    }
    for (int i = 0; i < places.size(); i++) {
      svg.text(x(i), bottom + 18, "middle", places.get(i));
    }
    svg.text(LEFT + WIDTH / 2, bottom + 38, "middle", under);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, axis, lines.get(i), i);
    }
    names(svg, axis);
    return svg.toString();
  }

  private double x(int place) {
    return LEFT + 20 + place * (WIDTH - 40) / Math.max(1, places.size() - 1);
  }

  private void draw(Svg svg, LogAxis axis, Line line, int series) {
    double bottom = TOP + HEIGHT;
    String dash =
        series % 3 == 0 ? "" : " stroke-dasharray='" + (series % 3 == 1 ? "6 3" : "2 3") + "'";
    for (int i = 0; i + 1 < line.values.size(); i++) {
      svg.line(
          x(i),
          bottom - axis.at(line.values.get(i)),
          x(i + 1),
          bottom - axis.at(line.values.get(i + 1)),
          "stroke='#222' stroke-width='1.4'" + dash);
    }
    for (int i = 0; i < line.values.size(); i++) {
      svg.mark(x(i), bottom - axis.at(line.values.get(i)), series);
    }
  }

  /** At the lines' ends, moved apart where they would be on each other. */
  private void names(Svg svg, LogAxis axis) {
    double bottom = TOP + HEIGHT;
    List<Line> fromBelow = lines.stream().sorted(Comparator.comparingDouble(Line::last)).toList();
    double free = bottom + LABEL;
    for (Line line : fromBelow) {
      double end = bottom - axis.at(line.last());
      double y = Math.min(end, free - LABEL);
      free = y;
      double x = LEFT + WIDTH + 8;
      svg.line(x(places.size() - 1) + 6, end, x + 4, y, "stroke='#999' stroke-width='.7'");
      svg.mark(x + 10, y, lines.indexOf(line)).text(x + 20, y + 4, "start", line.name);
    }
  }
}
