// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.extfuse4j.bench.chart.BarChart;
import org.extfuse4j.bench.chart.LineChart;
import org.extfuse4j.cli.Columns;
import org.extfuse4j.daemon.CommandException;

/** The charts, each a file, and a page that holds them all with tables and settings. */
final class Page {
  private static final int OPCODES_SHOWN = 7;

  private final Results results;
  private final Path folder;
  private final StringBuilder html = new StringBuilder();

  Page(Results results, Path folder) {
    this.results = results;
    this.folder = folder;
  }

  /** Writes them. */
  void write() {
    head();
    html.append("<h2>How long it takes</h2>\n<p>Times as long as ext4 in the same run; medians.")
        .append(" What is below 1.05 is as fast as ext4.</p>\n");
    table(row -> String.format(Locale.ROOT, "%.2f", row.ratioToNative()), true);
    html.append("<h2>What reaches the daemon</h2>\n<p>Requests that the kernel sent to it, by the")
        .append(
            " kernel's own count, the same for all; FORGETs, which nobody waits for, are not in")
        .append(" it.</p>\n");
    table(row -> row.counted() ? Columns.count(row.requests()) : "-", false);
    html.append("<h2>More processes at once</h2>\n");
    scaling();
    html.append(
        "<h2>Each workload</h2>\n<p>The thin line is from the shortest run to the longest.</p>\n");
    for (RunTask task : results.tasks()) {
      if (task.processes() == 0) {
        html.append("<h3>").append(task.label).append("</h3>\n<p>").append(text(task.title));
        html.append(" (<a href='").append(task.label).append(".json'>all samples</a>)</p>\n");
        times(task);
        requests(task);
      }
    }
    settings();
    html.append("</body></html>\n");
    save("index.html", html.toString());
  }

  private void head() {
    Results.Setting s = results.setting();
    html.append("<!doctype html><html lang='en'><head><meta charset='utf-8'>")
        .append("<title>ExtFUSE4J: benchmarks</title><style>")
        .append("body{font:15px/1.45 sans-serif;max-width:76em;margin:2em auto;padding:0 1em}")
        .append("table{border-collapse:collapse;font-size:12.5px;margin:.7em 0}")
        .append("td,th{padding:.15em .55em;text-align:right;border-bottom:1px solid #ddd}")
        .append("td:first-child,th:first-child,td.l,th.l{text-align:left}")
        .append("tr.first td{border-top:1.5px solid #777}td.best{font-weight:bold}")
        .append("svg{max-width:100%;height:auto;display:block;margin:.4em 0 1em}")
        .append("code{font-size:12.5px}</style></head><body>\n<h1>ExtFUSE4J: benchmarks</h1>\n")
        .append(
            text(
                ("Linux %s, %d processors, %s. %,d files (%,d names) of the Linux source on ext4;"
                        + " medians of %d runs, all mounts on one machine, in turns, another"
                        + " one first each time. Stat storms are of %,d calls.")
                    .formatted(
                        s.kernel(),
                        s.processors(),
                        switch (s.accel()) {
                          case "tcg" -> "emulated by QEMU";
                          case "kvm" -> "under KVM";
                          default -> "no emulation";
                        },
                        s.files(),
                        s.names(),
                        s.runs(),
                        s.draws())))
        .append("\n<h2>How to read it</h2>\n<ul>")
        .append(
            "<li><b>extfuse</b>, <b>fuse</b>, <b>bindfs</b>, <b>mergerfs</b>, <b>jnrfuse</b>: timeouts"
                + " 0. Each name is asked for each time, and nothing is ever old. <b>-1s</b>,"
                + " <b>-1h</b>: the kernel believes what it was told for a second, or an hour, which"
                + " is for sources that change only through the mount.")
        .append(
            "<li><b>cold</b>: caches dropped, maps flushed (negative names: first asked for);"
                + " <b>warm</b>: after the workloads before; <b>dentries dropped</b>: warm, but the"
                + " kernel has dropped its dentries and inodes, as it does when memory is short;"
                + " <b>memory reclaimed</b>: warm, but the kernel has reclaimed all it could of the"
                + " memory of workloads and daemons, files and directories too: the most that"
                + " a control group at its limit can lose.")
        .append(
            "<li><b>Where ExtFUSE hardly helps:</b> the first access to anything (cold),"
                + " opening and reading files (cat), and"
                + " making and removing them (untar, rm), whose requests all change something that"
                + " the daemon must do. With an hour of trust plain FUSE is as fast, until the"
                + " dentries are gone.")
        .append(
            "<li>Wall time on an emulated processor tells how two mounts compare in one run, not"
                + " how fast either is elsewhere: a switch between processes costs another multiple"
                + " of an instruction there. <code>scripts/bench instructions</code> is the other"
                + " clock.")
        .append("</ul>\n");
  }

  private interface Cell {
    String of(Results.Row row);
  }

  private void table(Cell cell, boolean withNative) {
    html.append("<table><tr><th>workload<th class='l'>state");
    if (withNative) {
      html.append("<th>ext4, s");
    }
    for (Competitor competitor : results.competitors()) {
      if (competitor != Competitor.NATIVE) {
        html.append("<th>").append(competitor.label);
      }
    }
    for (RunTask task : results.tasks()) {
      String name = task.label;
      for (RunStep step : results.steps(task)) {
        html.append(name.isEmpty() ? "\n<tr>" : "\n<tr class='first'>");
        html.append("<td>").append(name).append("<td class='l'>").append(step.phase().label);
        for (Results.Row row : results.of(task, step.phase())) {
          if (!row.mount().equals(Competitor.NATIVE.label)) {
            html.append("<td>").append(cell.of(row));
          } else if (withNative) {
            html.append(String.format(Locale.ROOT, "<td>%.3f", row.medianS()));
          }
        }
        name = "";
      }
    }
    html.append("</table>\n");
  }

  private void times(RunTask task) {
    List<RunStep> steps = results.steps(task);
    BarChart chart =
        BarChart.grouped(
            task.label + ": seconds",
            "seconds, and times as long as ext4",
            steps.stream().map(step -> step.phase().label).toList());
    for (Competitor competitor : results.competitors()) {
      List<BarChart.Bar> bars = new ArrayList<>();
      for (RunStep step : steps) {
        Results.Row row = results.of(step, competitor).orElseThrow();
        String label =
            competitor == Competitor.NATIVE
                ? String.format(Locale.ROOT, "%.3f s", row.medianS())
                : String.format(Locale.ROOT, "%.2f", row.ratioToNative());
        bars.add(new BarChart.Bar(row.medianS(), row.minS(), row.maxS(), label));
      }
      chart.group(competitor.label, bars);
    }
    put(task.label + "-time.svg", chart.toString());
  }

  /** Of the state that tells most: warm, where there is one. */
  private void requests(RunTask task) {
    Optional<RunStep> warm =
        results.steps(task).stream()
            .filter(s -> s.phase() == Phase.WARM || s.phase() == Phase.ONCE)
            .findFirst();
    if (warm.isEmpty() || !results.counted()) {
      return;
    }
    RunStep step = warm.get();
    List<String> opcodes = opcodes(step);
    List<String> series = new ArrayList<>(opcodes);
    series.add("others");
    BarChart chart =
        BarChart.stacked(
            task.label + ", " + step.phase().label + ": requests that reach the daemon",
            "requests",
            series);
    for (Competitor competitor : results.competitors()) {
      if (competitor != Competitor.NATIVE) {
        Results.Row row = results.of(step, competitor).orElseThrow();
        List<Double> parts = new ArrayList<>();
        long shown = 0;
        for (String opcode : opcodes) {
          long n = row.upcalls().getOrDefault(opcode, 0L);
          parts.add((double) n);
          shown += n;
        }
        parts.add((double) (row.requests() - shown));
        chart.group(competitor.label, parts, Columns.count(row.requests()));
      }
    }
    put(task.label + "-requests.svg", chart.toString());
  }

  /** Those that occur most often, all mounts together. */
  private List<String> opcodes(RunStep step) {
    Map<String, Long> sums = new HashMap<>();
    for (Results.Row row : results.of(step.task(), step.phase())) {
      row.upcalls().forEach((opcode, n) -> sums.merge(opcode, n, Long::sum));
    }
    return sums.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(OPCODES_SHOWN)
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
  }

  private void scaling() {
    List<RunStep> steps =
        results.tasks().stream()
            .filter(task -> task.processes() > 0)
            .flatMap(task -> results.steps(task).stream())
            .toList();
    if (steps.isEmpty()) {
      return;
    }
    LineChart chart =
        new LineChart(
            "lstat, warm, by several processes",
            "thousand names a second",
            "processes, on " + results.setting().processors() + " processors",
            steps.stream().map(step -> Integer.toString(step.task().processes())).toList());
    for (Competitor competitor : results.competitors()) {
      List<Double> pace = new ArrayList<>();
      for (RunStep step : steps) {
        Results.Row row = results.of(step, competitor).orElseThrow();
        pace.add(step.task().processes() * results.setting().draws() / row.medianS() / 1000);
      }
      chart.line(competitor.label, pace);
    }
    put("scaling.svg", chart.toString());
  }

  private void settings() {
    html.append("<h2>Settings</h2>\n<table>");
    results
        .setting()
        .mounts()
        .forEach(
            (label, how) ->
                html.append("<tr><td>")
                    .append(label)
                    .append("<td class='l'><code>")
                    .append(text(how))
                    .append("</code>"));
    html.append(
            "</table>\n<p>The calling process is on one processor, the threads that serve it on")
        .append(" the other, but for the workloads of several processes, where all run anywhere.")
        .append(" Stat storms, cat and the parallel ones take the time of their calls only; the")
        .append(" others that of the whole program. Nothing is timed while requests are counted.")
        .append("</p>\n");
  }

  private void put(String file, String svg) {
    save(file, svg);
    html.append(svg);
  }

  private void save(String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new CommandException("cannot write " + folder.resolve(file), e);
    }
  }

  private static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
