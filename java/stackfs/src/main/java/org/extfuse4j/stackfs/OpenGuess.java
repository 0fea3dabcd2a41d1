// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

/**
 * Whether the next name will lead to a node that has a descriptor, as most of the last did or did
 * not. For one thread.
 */
final class OpenGuess {
  private static final int SURE = 4;
  private static final int ANYWAY = 8;

  private int score;
  private int passed;

  /** Whether to find out: if it is likely, and else once in a while. */
  boolean shouldTry() {
    return score >= 0 || ++passed % ANYWAY == 0;
  }

  /** What was found out. */
  void was(boolean open) {
    score = open ? Math.min(score + 1, SURE) : Math.max(score - 1, -SURE);
  }
}
