// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.coherence.history.HistoryReader;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Reducer;
import org.extfuse4j.coherence.search.Search;

/** Checks round after round, tells how it goes, and stops runs that have been caught. */
final class Checker implements HistoryReader.Runs {
  private static final int LIMIT = 300_000;
  private static final int REDUCER_LIMIT = 100_000;
  private static final double PROGRESS_SECONDS = 15;

  private final PrintStream messages;
  private final PrintStream stop;
  private final Path folder;
  private Run run = new Run("history", "unknown");
  private double reported;
  private int failures;
  private int finished;

  /**
   * A checker.
   *
   * @param messages for the person
   * @param stop gets a line when the run needs not go on
   * @param folder where rounds that are violations go
   */
  Checker(PrintStream messages, PrintStream stop, Path folder) {
    this.messages = messages;
    this.stop = stop;
    this.folder = folder;
  }

  int failures() {
    return failures;
  }

  /** Runs that have come to their end. */
  int finished() {
    return finished;
  }

  @Override
  public void begin(String label, String seed) {
    run = new Run(label, seed);
    reported = 0;
  }

  @Override
  public void end() {
    finished++;
    if (run.faulty && !run.caught) {
      failures++;
      messages.println(run.counts() + ": NOT CAUGHT");
    } else if (!run.caught) {
      messages.println(run.counts() + (failures == 0 ? ": all explained" : ""));
    }
  }

  @Override
  public void round(Round round) {
    if (run.caught) {
      return;
    }
    Search.Verdict verdict = Search.decide(round, LIMIT);
    run.count(round, verdict);
    if (verdict == Search.Verdict.VIOLATION) {
      violation(round);
    } else if (verdict == Search.Verdict.UNDECIDED) {
      messages.println(run.label + ": undecided: " + save(round));
    }
    if (run.waited() - reported > PROGRESS_SECONDS) {
      reported = run.waited();
      messages.println(run.counts() + " so far");
    }
  }

  private void violation(Round round) {
    run.caught = true;
    String report = Report.of(run.label, run.seed, round, Reducer.reduce(round, REDUCER_LIMIT));
    messages.print(report);
    messages.println("  the whole round: " + save(round));
    if (run.faulty) {
      messages.println(run.counts() + ": caught");
    } else {
      failures++;
      messages.println(run.counts() + ": FAILED");
    }
    stop.println();
    stop.flush();
  }

  private Path save(Round round) {
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve(run.label + "-" + run.seed + "-" + round.number() + ".txt");
      Files.writeString(file, round.text());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the round in " + folder, e);
    }
  }
}
