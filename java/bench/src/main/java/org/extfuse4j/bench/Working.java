// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.util.function.Supplier;

/** A daemon that may still be busy with what the kernel sent it. */
public interface Working {
  /** What differs between two moments when it has worked in between. */
  Object activity();

  /**
   * Waits until an activity is the same after {@code stepMs}. It gives up after {@code longestMs}:
   * there may always be something to do.
   */
  static void awaitQuiet(Supplier<?> activity, int stepMs, int longestMs)
      throws InterruptedException {
    Object before = null;
    for (int waited = 0; waited < longestMs; waited += stepMs) {
      Object now = activity.get();
      if (now.equals(before)) {
        return;
      }
      before = now;
      Thread.sleep(stepMs);
    }
  }
}
