// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.metrics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.Measurement;

/**
 * What {@code extfuse-bench metrics} found. Runs are pairs, one after the other.
 *
 * @param kernel its release
 * @param accel kvm or tcg in the VM, none elsewhere
 * @param calls of lstat(2) in a run
 * @param interval seconds from one reading of metrics to the next
 * @param without seconds of the runs on the mount without metrics
 * @param with seconds of the runs on the mount with metrics
 * @param ratios with / without, of each pair
 * @param medianRatio of these
 * @param minRatio of these
 * @param maxRatio of these
 * @param scrapes how often metrics were read
 * @param scrapeSeconds how long that took in the middle
 * @param upcalls LOOKUP and GETATTR that reached the daemons: 0 if the cache was warm
 */
record MetricsReport(
    String kernel,
    String accel,
    int calls,
    int interval,
    List<Double> without,
    List<Double> with,
    List<Double> ratios,
    double medianRatio,
    double minRatio,
    double maxRatio,
    int scrapes,
    double scrapeSeconds,
    long upcalls) {

  static MetricsReport of(
      String kernel,
      String accel,
      int calls,
      int interval,
      List<Double> without,
      List<Double> with,
      List<Double> scrapes,
      long upcalls) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < with.size(); i++) {
      ratios.add(with.get(i) / without.get(i));
    }
    List<Double> sorted = ratios.stream().sorted().toList();
    return new MetricsReport(
        kernel,
        accel,
        calls,
        interval,
        without,
        with,
        ratios,
        Measurement.median(ratios),
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        scrapes.size(),
        Measurement.median(scrapes),
        upcalls);
  }

  void write(Path file) {
    JsonFile.write(file, this);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d calls of lstat, warm: with metrics %.3f times as long as without (median of %d pairs,"
            + " %.3f to %.3f); %d scrapes of %.0f ms, one in %d s, %d upcalls",
        calls,
        medianRatio,
        ratios.size(),
        minRatio,
        maxRatio,
        scrapes,
        1e3 * scrapeSeconds,
        interval,
        upcalls);
  }
}
