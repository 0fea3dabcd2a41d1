// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

/** Whether the next name will be as most of the last were or were not. For one thread. */
public final class Predictor {
  private static final int SURE = 4;
  private static final int ANYWAY = 8;

  private int score;
  private int passed;

  /** The next names have nothing to do with the last. */
  public void reset() {
    score = 0;
    passed = 0;
  }

  /** Whether to find out: if it is likely, and else once in a while. */
  public boolean shouldTry() {
    return score >= 0 || ++passed % ANYWAY == 0;
  }

  /** Whether it is so likely that it need not be found out, except once in a while. */
  public boolean isSure() {
    return score == SURE && ++passed % ANYWAY != 0;
  }

  /** What was found out. */
  public void was(boolean so) {
    score = so ? Math.min(score + 1, SURE) : Math.max(score - 1, -SURE);
  }
}
