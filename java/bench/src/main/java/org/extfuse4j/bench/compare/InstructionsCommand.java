// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.cli.Columns;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code extfuse-bench instructions}: what one call costs, by a clock that counts instructions. */
@Command(
    name = "instructions",
    description = {
      "Makes one system call many times on each mount. In a virtual machine whose clock is counted"
          + " instructions (scripts/vm --icount) a nanosecond is one of them: of kernel, daemon and"
          + " caller together.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class InstructionsCommand implements Callable<Integer> {
  private static final List<String> CALLS =
      List.of("hit", "miss", "getattr", "readdir", "open", "statfs");
  private static final List<Competitor> MOUNTS =
      List.of(
          Competitor.NATIVE,
          Competitor.EXTFUSE,
          Competitor.FUSE,
          Competitor.FUSE_1H,
          Competitor.BINDFS,
          Competitor.JNRFUSE);
  private static final int FILES = 20;

  @Option(
      names = "--disk",
      required = true,
      paramLabel = "DIR",
      description = "An empty folder on a disk's file system.")
  Path disk;

  @Option(
      names = "--load",
      required = true,
      paramLabel = "FILE",
      description = "The program that makes the calls: java/bench/target/c/call-cost.")
  Path load;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The results, as JSON.")
  Path out;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Calls in a run (default: ${DEFAULT-VALUE}).")
  int calls;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "12000",
      description = "Calls of each kind that are not counted (default: ${DEFAULT-VALUE}).")
  int warmUp;

  @picocli.CommandLine.Spec picocli.CommandLine.Model.CommandSpec spec;

  /**
   * A call on a mount.
   *
   * @param nsEach of each run, for one call
   * @param spread how much longer the longest run took than the shortest
   */
  record Row(String mount, String call, double medianNs, double spread, List<Double> nsEach) {}

  record Report(String kernel, String accel, int calls, List<Row> results) {}

  @Override
  public Integer call() throws InterruptedException {
    String launcher = Environment.launcher();
    List<Row> rows = new ArrayList<>();
    try (WorkFolder folder = WorkFolder.in(null)) {
      Files.createDirectory(disk.resolve("some"));
      Files.createFile(disk.resolve("there"));
      for (int i = 0; i < FILES; i++) {
        Files.createFile(disk.resolve("some").resolve("file-" + i));
      }
      for (Competitor competitor : MOUNTS) {
        try {
          Site site = Site.start(competitor, disk.toRealPath(), folder.mountpoints(), launcher);
          site.place(Placement.best());
          rows.addAll(measure(site));
        } catch (CommandException e) {
          if (!competitor.cached()) {
            throw e;
          }
          Console.say("bench: without " + competitor.label + ": " + e.getMessage());
        }
      }
    } catch (IOException e) {
      throw new CommandException("cannot make files in " + disk + ", which must be empty", e);
    }
    JsonFile.write(out, new Report(Environment.kernel(), Environment.accel(), calls, rows));
    spec.commandLine().getOut().println(table(rows));
    return 0;
  }

  private List<Row> measure(Site site) throws InterruptedException {
    String label = site.competitor().label;
    Console.say("bench: " + label);
    for (String call : CALLS) {
      time(site, call, warmUp);
    }
    Map<String, Measurement> results = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      for (String call : CALLS) {
        results
            .computeIfAbsent(call, c -> new Measurement())
            .add(time(site, call, calls) / calls, Mounted.Counts.NONE);
      }
    }
    List<Row> rows = new ArrayList<>();
    results.forEach(
        (call, m) ->
            rows.add(
                new Row(
                    label,
                    call,
                    m.median(),
                    m.max() / m.min() - 1,
                    Collections.unmodifiableList(m.seconds()))));
    return rows;
  }

  private double time(Site site, String call, int count) throws InterruptedException {
    // There is one processor: what compiles meanwhile would be counted too.
    site.awaitIdle();
    Tool.Result result =
        Tool.run(List.of(load.toString(), call, Integer.toString(count), site.root().toString()));
    if (result.status() != 0) {
      throw new CommandException(result.lastLine());
    }
    return Double.parseDouble(result.lastLine());
  }

  private static Columns table(List<Row> rows) {
    List<String> headings = new ArrayList<>(List.of("ns a call"));
    CALLS.forEach(call -> headings.add(">" + call));
    headings.add(">largest spread");
    Columns table = new Columns(headings.toArray(new String[0]));
    for (Competitor competitor : MOUNTS) {
      List<Row> own = rows.stream().filter(r -> r.mount().equals(competitor.label)).toList();
      if (!own.isEmpty()) {
        List<String> cells = new ArrayList<>(List.of(competitor.label));
        own.forEach(row -> cells.add(Columns.count(Math.round(row.medianNs()))));
        double spread = own.stream().mapToDouble(Row::spread).max().orElse(0);
        cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * spread));
        table.row(cells.toArray(new String[0]));
      }
    }
    return table;
  }
}
