// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.extfuse4j.bench.chart.BarChart;
import org.extfuse4j.daemon.CommandException;

/** Workloads of one run in one state, each on all mounts: times as long as on the tree itself. */
final class RatioChart {
  private final List<Results.OfTask> tasks;
  private final String state;

  /**
   * @throws CommandException unless all are of one run and have that state
   */
  RatioChart(List<Results.OfTask> tasks, String state) {
    this.tasks = tasks;
    this.state = state;
    for (Results.OfTask task : tasks) {
      if (!task.environment().equals(first().environment())) {
        throw new CommandException(
            task.workload() + " and " + first().workload() + ": not of one run");
      }
      if (task.results().stream().noneMatch(row -> row.state().equals(state))) {
        throw new CommandException(
            task.workload() + " was not measured in the state '" + state + "'");
      }
    }
  }

  private Results.OfTask first() {
    return tasks.get(0);
  }

  @Override
  public String toString() {
    List<String> mounts =
        first().environment().mounts().keySet().stream()
            .filter(mount -> !mount.equals(Competitor.NATIVE.label))
            .toList();
    BarChart chart =
        BarChart.grouped(
            state + ": times as long as on ext4 itself",
            "times; the thin line is from the shortest run to the longest",
            mounts.stream().map(RatioChart::name).toList());
    chart.note(where(first().environment()));
    for (Results.OfTask task : tasks) {
      double base = row(task, Competitor.NATIVE.label).medianS();
      List<BarChart.Bar> bars = new ArrayList<>();
      for (String mount : mounts) {
        Results.Row row = row(task, mount);
        double ratio = row.medianS() / base;
        String label = String.format(Locale.ROOT, ratio < 9.95 ? "%.1f" : "%.0f", ratio);
        bars.add(new BarChart.Bar(ratio, row.minS() / base, row.maxS() / base, label));
      }
      chart.group(task.workload(), bars);
    }
    return chart.toString();
  }

  private Results.Row row(Results.OfTask task, String mount) {
    return task.results().stream()
        .filter(row -> row.mount().equals(mount) && row.state().equals(state))
        .findFirst()
        .orElseThrow(() -> new CommandException(task.workload() + " was not measured on " + mount));
  }

  /** What a reader calls it who has not seen the options of the benchmark. */
  private static String name(String mount) {
    String name = mount.replaceFirst("^extfuse", "ExtFUSE").replaceFirst("^fuse", "plain FUSE");
    return name.replaceFirst("^jnrfuse", "mirror by jnr-fuse")
        .replaceFirst("-1([sh])$", ", timeouts 1 $1");
  }

  /** Of the kernel's release what tells a reader something, not how somebody has built it. */
  private static String where(Results.Setting s) {
    return String.format(
        Locale.ROOT,
        "Linux %s, %d processors, %s; %,d files, %,d calls; medians of %d runs",
        s.kernel().replaceFirst("^(\\d+\\.\\d+).*", "$1"),
        s.processors(),
        switch (s.accel()) {
          case "tcg" -> "emulated by QEMU";
          case "kvm" -> "under KVM";
          default -> "not emulated";
        },
        s.files(),
        s.draws(),
        s.runs());
  }
}
