// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis of ratios, which begins and ends with 1, 2 or 5 times a power of ten.
 *
 * @param ticks at least two
 * @param length in pixels
 */
record LogAxis(List<Double> ticks, double length) {
  static LogAxis over(List<Double> values, double length) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(10);
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); ; power++) {
      for (int factor : new int[] {1, 2, 5}) {
        double tick = factor * Math.pow(10, power);
        if (tick <= low) {
          ticks.clear();
        }
        ticks.add(tick);
        if (tick >= high && ticks.size() > 1) {
          return new LogAxis(List.copyOf(ticks), length);
        }
      }
    }
  }

  /** Pixels from the origin. */
  double at(double value) {
    double first = ticks.get(0);
    return Math.log(value / first) / Math.log(ticks.get(ticks.size() - 1) / first) * length;
  }
}
