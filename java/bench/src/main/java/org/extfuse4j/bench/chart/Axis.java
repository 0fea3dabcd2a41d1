// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From nothing to at least a highest value, in round steps.
 *
 * @param step between two ticks
 * @param end the last tick
 * @param length in pixels
 */
record Axis(double step, double end, double length) {
  private static final int MOST_TICKS = 8;

  static Axis upTo(double highest, double length) {
    double most = Math.max(highest, 1e-6);
    double power = Math.pow(10, Math.floor(Math.log10(most / MOST_TICKS)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power;
      if (most / step <= MOST_TICKS) {
        break;
      }
    }
    return new Axis(step, Math.ceil(most / step - 1e-9) * step, length);
  }

  /** Pixels from the origin. */
  double at(double value) {
    return value / end * length;
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= end * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  static String label(double value) {
    if (value >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
