// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.bench.Environment;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.scale.ScaleReport.Answer;
import org.extfuse4j.bench.scale.ScaleReport.Calls;
import org.extfuse4j.bench.scale.ScaleReport.Heap;
import org.extfuse4j.bench.scale.ScaleReport.Memory;
import org.extfuse4j.bench.scale.ScaleReport.Pass;
import org.extfuse4j.bench.scale.ScaleReport.Tenth;
import org.extfuse4j.bench.scale.ScaleReport.Whole;
import org.extfuse4j.bench.scale.ScaleReport.Zipf;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.control.DaemonStats;

/** Makes the tree, mounts it with a cache for all of it and with one for a tenth, and asks. */
final class ScaleBench {
  /** With fewer, a cache of a tenth would be none. */
  static final int FEWEST_FILES = 1000;

  // What the cost of an answer is compared with.
  private static final int FEW_FILES = 1000;
  private static final int FEW_DIRS = 10;
  private static final int COST_STATS = 5000;
  private static final double LEAST_SHARE = 0.5; // bytes a node, of a class that is listed
  private static final int PARTS = 9;
  private static final int BRIEF_PARTS = 7;

  private final ScaleCommand options;
  private final Path tree;
  private final WorkFolder work;
  private final String launcher;
  private final TreeLoad load;
  private final TreeLoad fewLoad;
  private final List<String> complaints = new ArrayList<>();
  private int part;

  ScaleBench(ScaleCommand options, Path tree, WorkFolder work, String launcher) {
    this.options = options;
    this.tree = tree;
    this.work = work;
    this.launcher = launcher;
    this.load =
        new TreeLoad(options.load, Placement.best().launcher(), options.files, options.dirs);
    this.fewLoad = load.shaped(FEW_FILES, FEW_DIRS);
  }

  ScaleReport run() throws InterruptedException {
    String title = begin("making the tree");
    Calls made;
    String kernel;
    try {
      Files.createDirectories(all());
      Files.createDirectories(few());
      kernel = Environment.kernel();
    } catch (IOException e) {
      throw new CommandException("cannot make the tree " + tree, e);
    }
    fewLoad.run("make", title, few());
    made = Calls.of(load.run("make", title, all()));
    Whole whole = whole();
    Tenth tenth = tenth();
    return new ScaleReport(
        kernel, Environment.accel(), options.files, options.dirs, made, whole, tenth, complaints);
  }

  private Path all() {
    return tree.resolve("all");
  }

  private Path few() {
    return tree.resolve("few");
  }

  /** Names of files and directories; each leads to a node, and there is the root's. */
  private static int names(TreeLoad load) {
    return load.files() + load.dirs();
  }

  /**
   * The least budget that holds so many names and nodes, as some are kept free: one in 64, and not
   * more than 4096 (see Slots).
   */
  private static int budgetFor(int names) {
    return Math.max(CacheOptions.MIN_ENTRIES, names + 1 + Math.min(names / 63 + 17, 4097));
  }

  private int wholeBudget() {
    return options.budget == null ? budgetFor(names(load)) : options.budget;
  }

  private Whole whole() throws InterruptedException {
    begin("mounting");
    int fewNames = names(fewLoad);
    ScaleMount few = ScaleMount.start("few", few(), budgetFor(fewNames), fewLoad, work, launcher);
    long before = KernelMemory.used();
    ScaleMount mount = ScaleMount.start("all", all(), wholeBudget(), load, work, launcher);
    long grown = KernelMemory.used() - before;
    JavaHeap empty = mount.heap();

    String title = begin("the first walk");
    Pass cold = mount.walk(title);
    title = begin("the second walk");
    Pass warm = mount.walk(title);
    Map<String, Integer> elements = mount.probe().elements();
    Heap heap = heap(mount.audit().nodes() - 1, empty, mount.heap());

    Answer answer = null;
    if (!options.brief) {
      title = begin("the cost of an answer");
      few.walk(title);
      answer = answer(few, mount);
    }
    complaints.addAll(few.end());

    begin("letting go");
    Whole whole =
        new Whole(
            mount.budget(),
            cold,
            warm,
            memory(mount, elements, grown),
            heap,
            elements,
            mount.peak().descriptors(),
            mount.audit(),
            answer,
            mount.letGo());
    complaints.addAll(mount.end());
    return whole;
  }

  private Answer answer(ScaleMount few, ScaleMount mount) throws InterruptedException {
    List<AnswerCost.Subject> subjects =
        List.of(
            AnswerCost.Subject.of("few names", few, FEW_FILES),
            AnswerCost.Subject.of("few of many", mount, FEW_FILES),
            AnswerCost.Subject.of("all of many", mount, options.files),
            AnswerCost.Subject.tree("few names, no mount", few(), fewLoad, FEW_FILES),
            AnswerCost.Subject.tree("all of many, no mount", all(), load, options.files));
    List<AnswerCost.Case> cases;
    try (AnswerCost cost = new AnswerCost(subjects)) {
      cases = cost.measure(options.rounds, COST_STATS);
    }
    AnswerCost.Case base = cases.get(0);
    return new Answer(
        cases,
        cases.get(1).medianAnswerNs() / base.medianAnswerNs(),
        cases.get(2).medianAnswerNs() / base.medianAnswerNs(),
        cases.get(1).bestAnswerNs() / base.bestAnswerNs(),
        cases.get(2).bestAnswerNs() / base.bestAnswerNs(),
        cases.get(2).medianCallUs() / base.medianCallUs(),
        cases.get(4).medianCallUs() / cases.get(3).medianCallUs());
  }

  private static Memory memory(ScaleMount mount, Map<String, Integer> elements, long grown) {
    // A name is of use only with the attributes of what it leads to.
    int names = Math.min(elements.get("entry_map"), elements.get("attr_map"));
    long bytes = mount.probe().mapBytes();
    return new Memory(
        names,
        bytes,
        (double) bytes / names,
        (double) bytes / mount.budget(),
        grown,
        (double) grown / names);
  }

  private static Heap heap(long nodes, JavaHeap before, JavaHeap after) {
    Map<String, Double> classes = new TreeMap<>();
    after
        .bytes()
        .forEach(
            (name, bytes) -> {
              double each = (double) (bytes - before.of(name)) / nodes;
              if (each >= LEAST_SHARE) {
                classes.put(name, each);
              }
            });
    double each = (double) (after.total() - before.total()) / nodes;
    return new Heap(nodes, before.total(), after.total(), each, classes);
  }

  private Tenth tenth() throws InterruptedException {
    int budget = names(load) / 10;
    String title = begin("popular names, a tenth cached");
    ScaleMount mount = ScaleMount.start("tenth", all(), budget, load, work, launcher);
    Zipf zipf = zipf(mount, title);
    Map<String, Integer> elements = mount.probe().elements();

    Pass walk = null;
    if (!options.brief) {
      title = begin("a walk, a tenth cached");
      walk = mount.walk(title);
      mount.probe().elements().forEach((map, count) -> elements.merge(map, count, Math::max));
    }

    begin("letting go");
    Tenth tenth =
        new Tenth(
            budget,
            zipf,
            walk,
            elements,
            mount.peak().mapBytes(),
            CacheOptions.maxMemory(budget),
            mount.peak().descriptors(),
            mount.audit(),
            mount.letGo());
    complaints.addAll(mount.end());
    return tenth;
  }

  private Zipf zipf(ScaleMount mount, String title) throws InterruptedException {
    int stats = options.stats == null ? options.files : options.stats;
    DaemonStats before = mount.stats();
    JsonNode json = mount.watched("zipf", title, "--stats", stats, "--capacity", mount.budget());
    DaemonStats after = mount.stats();
    Pass pass = ScaleMount.pass(Calls.of(json), before, after);
    long hits = pass.answered().getOrDefault("LOOKUP", 0L);
    long lookups = lookups(after) - lookups(before);
    long ideal = json.get("ideal_hits").asLong();
    return new Zipf(
        pass,
        lookups,
        hits,
        ideal,
        (double) hits / lookups,
        (double) ideal / lookups,
        (double) hits / ideal,
        (double) (hits - stats) / json.get("ideal_file_hits").asLong());
  }

  private static long lookups(DaemonStats stats) {
    return stats.outcomes().getOrDefault("LOOKUP", Map.of()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private String begin(String what) {
    String title = ++part + " of " + (options.brief ? BRIEF_PARTS : PARTS) + ", " + what;
    Console.say("bench: " + title);
    return title;
  }
}
