// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.daemon.CommandException;

/**
 * The time of the in-kernel program by the kernel's own clock (kernel.bpf_stats_enabled), which
 * covers all of an answer but the hook around it; and that of the whole call. The cases take turns.
 */
public final class AnswerCost implements AutoCloseable {
  private static final Path SWITCH = Path.of("/proc/sys/kernel/bpf_stats_enabled");

  /**
   * Random calls for some of the names of a tree.
   *
   * @param names how many, the first of the tree
   * @param budget of the cache, or null: no mount but the tree itself
   * @param probe of the daemon, or null
   */
  public record Subject(
      String label, Path root, TreeLoad load, int names, Integer budget, DaemonProbe probe) {
    public static Subject of(String label, ScaleMount mount, int names) {
      return new Subject(label, mount.root(), mount.load(), names, mount.budget(), mount.probe());
    }

    public static Subject tree(String label, Path root, TreeLoad load, int names) {
      return new Subject(label, root, load, names, null, null);
    }
  }

  /**
   * The rounds of one subject.
   *
   * @param answerNs of each round, the mean of all answers; none without a mount
   * @param callUs of each round, the median of all calls
   */
  public record Case(
      String label,
      int names,
      Integer budget,
      Double medianAnswerNs,
      List<Double> answerNs,
      double medianCallUs,
      List<Double> callUs) {
    /** Of the round that was disturbed least: other work on the machine only ever adds. */
    public double bestAnswerNs() {
      return Collections.min(answerNs);
    }
  }

  private static final class Rounds {
    final Measurement answer = new Measurement();
    final Measurement call = new Measurement();
  }

  private final List<Subject> subjects;
  private final List<Rounds> results = new ArrayList<>();

  public AnswerCost(List<Subject> subjects) {
    this.subjects = subjects;
    subjects.forEach(subject -> results.add(new Rounds()));
    count(true);
  }

  /**
   * Measures the subjects in turn, after a round that does not count.
   *
   * @param stats calls of a round
   */
  public List<Case> measure(int rounds, int stats) throws InterruptedException {
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < subjects.size(); i++) {
        one(subjects.get(i), stats, round, round == 0 ? new Rounds() : results.get(i));
      }
    }
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject s = subjects.get(i);
      Measurement answer = results.get(i).answer;
      Measurement call = results.get(i).call;
      cases.add(
          new Case(
              s.label(),
              s.names(),
              s.budget(),
              s.probe() == null ? null : answer.median(),
              answer.seconds(),
              call.median(),
              call.seconds()));
    }
    return cases;
  }

  private static void one(Subject subject, int stats, int seed, Rounds to)
      throws InterruptedException {
    DaemonProbe probe = subject.probe();
    DaemonProbe.Runs before = probe == null ? null : probe.runs();
    ScaleReport.Calls calls =
        ScaleReport.Calls.of(
            subject
                .load()
                .run(
                    "random",
                    subject.label(),
                    subject.root(),
                    "--among",
                    subject.names(),
                    "--stats",
                    stats,
                    "--seed",
                    seed));
    to.call.add(calls.medianUs(), Mounted.Counts.NONE);
    if (probe != null) {
      to.answer.add(probe.runs().since(before).nsEach(), Mounted.Counts.NONE);
    }
  }

  @Override
  public void close() {
    count(false);
  }

  private static void count(boolean on) {
    try {
      Files.writeString(SWITCH, on ? "1" : "0");
    } catch (IOException e) {
      throw new CommandException("cannot write " + SWITCH, e);
    }
  }
}
