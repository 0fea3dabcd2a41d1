// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import java.util.Locale;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Search;

/** What the check of one run has come to so far. */
final class Run {
  final String label;
  final String seed;

  /** A run of a daemon with a fault: it must be caught. */
  final boolean faulty;

  private final long began = System.nanoTime();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  int rounds;
  int operations;
  int undecided;
  boolean caught;

  Run(String label, String seed) {
    this.label = label;
    this.seed = seed;
    faulty = label.startsWith("fault-");
  }

  void count(Round round, Search.Verdict verdict) {
    rounds++;
    for (Operation operation : round.operations()) {
      if (operation.from() != 0) { // not the look behind it
        operations++;
        first = Math.min(first, operation.invoked());
        last = Math.max(last, operation.returned());
      }
    }
    if (verdict == Search.Verdict.UNDECIDED) {
      undecided++;
    }
  }

  /** Seconds from the first operation to the last one counted. */
  double seconds() {
    return rounds == 0 ? 0 : (last - first) / 1e9;
  }

  double waited() {
    return (System.nanoTime() - began) / 1e9;
  }

  String counts() {
    return String.format(
        Locale.ROOT,
        "%s: seed %s, %,d rounds, %,d operations in %.1f s, %d undecided",
        label,
        seed,
        rounds,
        operations,
        seconds(),
        undecided);
  }
}
