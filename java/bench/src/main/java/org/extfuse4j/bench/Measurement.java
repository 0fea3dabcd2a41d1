// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.extfuse4j.bench.find.Mounted;

/** The runs of one workload on one mount in one state. */
public final class Measurement {
  private final List<Double> seconds = new ArrayList<>();
  private final List<Mounted.Counts> counts = new ArrayList<>();

  /** Adds a run. */
  public void add(double time, Mounted.Counts counted) {
    seconds.add(time);
    counts.add(counted);
  }

  /** In order of the runs. */
  public List<Double> seconds() {
    return List.copyOf(seconds);
  }

  /** The middle of them. */
  public double median() {
    return median(seconds);
  }

  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The shortest. */
  public double min() {
    return seconds.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  /** The longest. */
  public double max() {
    return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** Requests that reached the daemon: for each opcode, the most of any run. */
  public Map<String, Long> upcalls() {
    return merge(Mounted.Counts::upcalls, Math::max);
  }

  /** Requests that the kernel answered: for each opcode, the fewest of any run. */
  public Map<String, Long> answered() {
    return merge(Mounted.Counts::answered, Math::min);
  }

  private Map<String, Long> merge(
      Function<Mounted.Counts, Map<String, Long>> part, BinaryOperator<Long> choose) {
    Map<String, Long> merged = new TreeMap<>();
    for (Mounted.Counts one : counts) {
      part.apply(one).keySet().forEach(opcode -> merged.put(opcode, 0L));
    }
    merged.replaceAll(
        (opcode, zero) ->
            counts.stream()
                .map(one -> part.apply(one).getOrDefault(opcode, 0L))
                .reduce(choose)
                .orElse(0L));
    merged.values().removeIf(n -> n == 0);
    return merged;
  }
}
