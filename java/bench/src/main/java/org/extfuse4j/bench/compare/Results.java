// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.Measurement;

/** What was measured, as it is written to files. */
final class Results {
  /**
   * Where and on what.
   *
   * @param accel how the processors are emulated: kvm, tcg, or none on a machine of its own
   * @param files regular files in the tree
   * @param names files, directories and all else
   * @param draws calls of a stat storm
   * @param mounts how each was mounted
   */
  record Setting(
      String kernel,
      String accel,
      int processors,
      int files,
      int names,
      int runs,
      int draws,
      Map<String, String> mounts) {}

  /**
   * A workload on a mount.
   *
   * @param seconds of each run
   * @param upcalls requests that the kernel sent to the daemon in the round that was counted; null
   *     if this kernel does not count them
   * @param daemonUpcalls by opcode, the most that our own daemon saw in any timed run
   * @param answered by opcode, the fewest that the kernel answered in any timed run
   */
  record Row(
      String workload,
      String mount,
      String state,
      List<Double> seconds,
      double medianS,
      double minS,
      double maxS,
      Double ratioToNative,
      Map<String, Long> upcalls,
      Map<String, Long> daemonUpcalls,
      Map<String, Long> answered) {
    /** Whether anything counts the requests of this mount. */
    boolean counted() {
      return upcalls != null;
    }

    long requests() {
      return upcalls.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** A line of the summary. */
  record Line(
      String workload,
      String mount,
      String state,
      double medianS,
      Double ratioToNative,
      Map<String, Long> upcalls) {}

  /** A file of one workload. */
  record OfTask(String workload, String what, Setting environment, List<Row> results) {}

  private final Setting setting;
  private final List<Row> rows = new ArrayList<>();

  Results(
      int files,
      int names,
      int runs,
      int draws,
      Map<Competitor, Map<RunStep, Measurement>> measured,
      Map<Competitor, Map<RunStep, Map<String, Long>>> counted) {
    Map<String, String> mounts = new LinkedHashMap<>();
    measured.keySet().forEach(c -> mounts.put(c.label, c.settings()));
    setting =
        new Setting(
            Environment.kernel(),
            Environment.accel(),
            Runtime.getRuntime().availableProcessors(),
            files,
            names,
            runs,
            draws,
            mounts);
    for (RunStep step : RunStep.ROUND) {
      Measurement base = measured.get(Competitor.NATIVE).get(step);
      if (base == null) {
        continue; // not asked for
      }
      measured.forEach(
          (competitor, steps) ->
              rows.add(
                  row(competitor, step, steps.get(step), base, counted.get(competitor).get(step))));
    }
  }

  private static Row row(
      Competitor competitor,
      RunStep step,
      Measurement m,
      Measurement base,
      Map<String, Long> upcalls) {
    return new Row(
        step.task().label,
        competitor.label,
        step.phase().label,
        m.seconds().stream().map(Results::micros).toList(),
        micros(m.median()),
        micros(m.min()),
        micros(m.max()),
        Math.round(m.median() / base.median() * 1000) / 1000.0,
        upcalls,
        m.upcalls(),
        m.answered());
  }

  /** Whether requests were counted. */
  boolean counted() {
    return rows.stream().allMatch(Row::counted);
  }

  Setting setting() {
    return setting;
  }

  /** The workloads that were asked for. */
  List<RunTask> tasks() {
    return Arrays.stream(RunTask.values())
        .filter(task -> rows.stream().anyMatch(row -> row.workload().equals(task.label)))
        .toList();
  }

  /** The states of a workload that were measured. */
  List<RunStep> steps(RunTask task) {
    return RunStep.of(task).stream().filter(step -> !of(task, step.phase()).isEmpty()).toList();
  }

  /** Of a workload and state, in the order of the competitors. */
  List<Row> of(RunTask task, Phase phase) {
    return rows.stream()
        .filter(row -> row.workload().equals(task.label) && row.state().equals(phase.label))
        .toList();
  }

  Optional<Row> of(RunStep step, Competitor competitor) {
    return of(step.task(), step.phase()).stream()
        .filter(row -> row.mount().equals(competitor.label))
        .findFirst();
  }

  /** Those that were there, in order. */
  List<Competitor> competitors() {
    return Arrays.stream(Competitor.values())
        .filter(c -> setting.mounts().containsKey(c.label))
        .toList();
  }

  /** A file for each workload with every sample, and summary.json. */
  void write(Path folder) {
    for (RunTask task : tasks()) {
      List<Row> own = rows.stream().filter(row -> row.workload().equals(task.label)).toList();
      JsonFile.write(
          folder.resolve(task.label + ".json"), new OfTask(task.label, task.title, setting, own));
    }
    JsonFile.write(
        folder.resolve("summary.json"),
        rows.stream()
            .map(
                r ->
                    new Line(
                        r.workload(),
                        r.mount(),
                        r.state(),
                        r.medianS(),
                        r.ratioToNative(),
                        r.upcalls()))
            .toList());
  }

  private static double micros(double seconds) {
    return Math.round(seconds * 1e6) / 1e6;
  }
}
