// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.extfuse4j.fuse.session.DurationHistogram;

/** Makes families of metrics, and their series. */
final class Families {
  private static final double SECOND = 1e9;
  private static final int SHORTEST = 12; // powers of two of a nanosecond: 4.1 us to 17 s
  private static final int LONGEST = 34;

  private Families() {}

  static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  static CounterSnapshot counter(String name, String help, long value) {
    CounterSnapshot.Builder family = counter(name, help);
    add(family, Labels.EMPTY, value);
    return family.build();
  }

  static void add(CounterSnapshot.Builder family, Labels labels, long value) {
    family.dataPoint(
        CounterSnapshot.CounterDataPointSnapshot.builder()
            .labels(labels)
            .value((double) value)
            .build());
  }

  static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  static GaugeSnapshot gauge(String name, String help, long value) {
    GaugeSnapshot.Builder family = gauge(name, help);
    add(family, Labels.EMPTY, value);
    return family.build();
  }

  static void add(GaugeSnapshot.Builder family, Labels labels, long value) {
    family.dataPoint(
        GaugeSnapshot.GaugeDataPointSnapshot.builder()
            .labels(labels)
            .value((double) value)
            .build());
  }

  static HistogramSnapshot.Builder histogram(String name, String help) {
    return HistogramSnapshot.builder().name(name).help(help);
  }

  /**
   * In seconds; a bucket for each power of two, not eight, or there would be thousands of series.
   */
  static void add(HistogramSnapshot.Builder family, Labels labels, DurationHistogram durations) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    int from = 0;
    for (int power = SHORTEST; power <= LONGEST; power++) {
      long bound = 1L << power;
      long count = 0;
      while (DurationHistogram.end(from) <= bound) {
        count += durations.count(from++);
      }
      buckets.bucket(bound / SECOND, count);
    }
    long longer = 0;
    while (from < DurationHistogram.BUCKETS) {
      longer += durations.count(from++);
    }
    buckets.bucket(Double.POSITIVE_INFINITY, longer);
    family.dataPoint(
        HistogramSnapshot.HistogramDataPointSnapshot.builder()
            .labels(labels)
            .classicHistogramBuckets(buckets.build())
            .sum(durations.sumNs() / SECOND)
            .build());
  }
}
