// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.ServedMount;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.control.ControlClient;

/**
 * Serves one file system by each contender, makes the same tree in each, and runs the workloads on
 * them in turn. What a workload prints must be the same everywhere.
 */
final class JnrFuseBench {
  private static final long SEED = 1;

  private final JnrFuseCommand options;
  private final WorkFolder work;
  private final String launcher;
  private final Placement placement = Placement.best();
  private final Map<JnrFuseContender, Path> mounts = new EnumMap<>(JnrFuseContender.class);
  private final Map<JnrFuseWorkload, Map<JnrFuseContender, Measurement>> results =
      new EnumMap<>(JnrFuseWorkload.class);
  private final Map<JnrFuseWorkload, String> expected = new EnumMap<>(JnrFuseWorkload.class);

  JnrFuseBench(JnrFuseCommand options, WorkFolder work, String launcher) {
    this.options = options;
    this.work = work;
    this.launcher = launcher;
  }

  JnrFuseReport run() throws InterruptedException {
    try {
      writeLists();
      for (JnrFuseContender contender : JnrFuseContender.values()) {
        Console.say("bench: mounts " + contender.label);
        start(contender);
      }
      Console.say("bench: warm-up");
      round(0, false);
      for (int run = 0; run < options.runs; run++) {
        Console.say(String.format("bench: run %d of %d", run + 1, options.runs));
        round(run, true);
      }
      return report();
    } catch (IOException e) {
      throw new CommandException("cannot measure in " + work.mountpoints(), e);
    }
  }

  private void start(JnrFuseContender contender) throws InterruptedException {
    try {
      mounts.put(contender, mount(contender));
    } catch (CommandException e) {
      if (contender != JnrFuseContender.CACHED) {
        throw new CommandException(contender.label + ": " + e.getMessage());
      }
      Console.say("bench: without " + contender.label + ": " + e.getMessage());
      return;
    }
    makeTree(mounts.get(contender));
  }

  private Path mount(JnrFuseContender contender) throws InterruptedException {
    Path root = work.mountpoints().resolve(contender.label);
    if (contender.isLibfuse()) {
      Process libfuse =
          LibfuseMount.start(
              options.fs,
              contender.options().get(0),
              List.of(),
              root,
              work.file(contender.label + ".log"));
      placement.moveServing(libfuse.pid(), LibfuseMount::isServing);
      return root;
    }
    List<String> mount = new ArrayList<>(contender.options());
    mount.addAll(placement.mountOptions());
    mount.add("--jnrfuse=" + options.fs);
    ServedMount served = ServedMount.start(launcher, mount, null, root);
    placement.moveServing(served.pid());
    return served.root();
  }

  private void writeLists() throws IOException {
    List<String> files = new ArrayList<>();
    List<String> dirs = new ArrayList<>();
    for (int dir = 0; dir < options.dirs; dir++) {
      dirs.add("d" + dir);
      for (int file = 0; file < options.files / options.dirs; file++) {
        files.add("d" + dir + "/f" + file);
      }
    }
    Files.writeString(work.file("make"), String.join("\n", files) + "\n");
    writeList(JnrFuseWorkload.STAT, files);
    writeList(JnrFuseWorkload.READDIR, dirs);
  }

  /** Paths at random, as many as there are to be calls. */
  private void writeList(JnrFuseWorkload workload, List<String> paths) throws IOException {
    Random random = new Random(SEED);
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < options.calls; i++) {
      list.append(paths.get(random.nextInt(paths.size()))).append('\n');
    }
    Files.writeString(work.file(workload.label), list, StandardCharsets.US_ASCII);
  }

  // With some content, so that sizes tell files apart.
  private void makeTree(Path root) throws InterruptedException {
    String perl =
        "chomp; my ($d, $f) = m{^(.*)/f(\\d+)$}; mkdir $d; open(my $h, '>', $_) or die \"$_: $!\\n\";"
            + " print $h 'x' x $f; close($h) or die \"$_: $!\\n\"";
    Tool.time(
        List.of(),
        List.of("perl", "-ne", perl, work.file("make").toString()),
        root,
        work.file("make.out"));
  }

  private void round(int run, boolean counts) throws IOException, InterruptedException {
    List<JnrFuseContender> order = new ArrayList<>(mounts.keySet());
    Collections.rotate(order, -run);
    for (JnrFuseWorkload workload : JnrFuseWorkload.values()) {
      for (JnrFuseContender contender : order) {
        Mounted.Counts before = counts(contender);
        double seconds = time(contender, workload);
        if (counts) {
          results
              .computeIfAbsent(workload, w -> new EnumMap<>(JnrFuseContender.class))
              .computeIfAbsent(contender, c -> new Measurement())
              .add(seconds, counts(contender).since(before));
        }
      }
    }
  }

  private double time(JnrFuseContender contender, JnrFuseWorkload workload)
      throws IOException, InterruptedException {
    Path out = work.file(workload.label + ".out");
    List<String> command = workload.command(work.file(workload.label).toString());
    Tool.time(placement.launcher(), command, mounts.get(contender), out);
    String printed = Files.readString(out, StandardCharsets.ISO_8859_1);
    int line = printed.indexOf('\n');
    String seen = printed.substring(line + 1);
    if (!seen.equals(expected.computeIfAbsent(workload, w -> seen))) {
      throw new CommandException(
          workload.label + " on " + contender.label + " does not print what it prints elsewhere");
    }
    return Double.parseDouble(printed.substring(0, line));
  }

  private Mounted.Counts counts(JnrFuseContender contender) {
    if (contender.isLibfuse()) {
      return Mounted.Counts.NONE;
    }
    return Mounted.Counts.of(ControlClient.of(mounts.get(contender)).stats());
  }

  private JnrFuseReport report() {
    List<JnrFuseReport.Entry> entries = new ArrayList<>();
    results.forEach(
        (workload, measured) ->
            measured.forEach(
                (contender, m) ->
                    entries.add(
                        JnrFuseReport.entry(
                            contender,
                            workload,
                            options.calls,
                            m,
                            measured.get(contender.reference())))));
    String accel = Environment.accel();
    return new JnrFuseReport(accel, options.fs, entries);
  }
}
