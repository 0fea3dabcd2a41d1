// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.coherence.history.HistoryReader;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Search;

/**
 * A history written by hand. Before it there are the directory d0 (inode 10) with the file a (inode
 * 11, mode 600, 5 bytes), and the empty directory d1 (inode 20); all times are 1. The clock of
 * inode times is that of the operations.
 */
final class History {
  static final String D0 = "10 40755 2 4096 1 1";
  static final String A = "11 100600 1 5 1 1";
  static final String D1 = "20 40755 2 4096 1 1";

  private final StringBuilder text = new StringBuilder("round 7\n");
  private boolean hasEnd;

  History() {
    text.append("was d0 . " + D0 + "\nwas d0 a " + A + "\nwas d1 . " + D1 + "\n");
  }

  /** A call and its result, between two times. */
  History op(int worker, long invoked, long returned, String call) {
    text.append(
        String.format(
            "op %d %d %d %d %d %s%n", worker, invoked, returned, invoked, returned, call));
    return this;
  }

  /** What the source shows in the end; what is not said is not there. */
  History now(String directory, String name, String attr) {
    text.append("now " + directory + " " + name + " " + attr + "\n");
    hasEnd = true;
    return this;
  }

  /** As the workload writes it. */
  String text() {
    return text + "now d0 . " + D0 + "\nnow d0 a " + A + "\nnow d1 . " + D1 + "\nend\n";
  }

  Round round() {
    List<Round> rounds = new ArrayList<>();
    HistoryReader.Runs runs =
        new HistoryReader.Runs() {
          @Override
          public void begin(String label, String seed) {}

          @Override
          public void end() {}

          @Override
          public void round(Round round) {
            rounds.add(round);
          }
        };
    try {
      HistoryReader.read(new BufferedReader(new StringReader(text + "end\n")), runs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Round round = rounds.get(0);
    return hasEnd
        ? round
        : round.with(
            round.operations().stream().filter(o -> !o.text().startsWith("source")).toList());
  }

  Search.Verdict verdict() {
    return Search.decide(round(), 100_000);
  }
}
