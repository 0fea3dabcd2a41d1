// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM as the ordinary end of a command: it is told, finishes what it has to say and
 * to tidy up, and then the process ends with status 0.
 */
final class Interruption {
  private static final int PATIENCE_S = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "interruption");
  private volatile boolean requested;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether to end now. */
  boolean requested() {
    return requested;
  }

  /** The command has ended, by itself or not. */
  void done() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // it runs, and ends the process
    }
  }

  private void interrupted() {
    requested = true;
    boolean ended = false;
    try {
      ended = finished.await(PATIENCE_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ended ? 0 : 1);
  }
}
