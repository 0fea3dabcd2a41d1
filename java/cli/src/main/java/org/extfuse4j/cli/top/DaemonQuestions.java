// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.control.DaemonLatency;
import org.extfuse4j.daemon.control.DaemonStats;

/** Asks the daemon of a mount, which may hang: for a while, and one question at a time. */
final class DaemonQuestions implements AutoCloseable {
  private static final int PATIENCE_MS = 500;
  private static final int LONG_PATIENCE_MS = 10_000;
  // Time that passes here, until all is loaded that a question takes.
  private static final int FIRST_PATIENCE_MS = 4000;

  /**
   * What it said.
   *
   * @param silence why it said nothing; the others are null then
   */
  record Answer(DaemonStats stats, DaemonLatency latency, String silence) {}

  private final Supplier<Answer> question;
  private int patienceMs;
  private int firstMs;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "ask");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param patient whether to wait for a slow machine, until there was no answer once: nobody looks
   *     on
   */
  DaemonQuestions(ControlClient client, boolean patient) {
    this(
        () -> new Answer(client.stats(), client.latency(), null),
        patient ? LONG_PATIENCE_MS : FIRST_PATIENCE_MS,
        patient ? LONG_PATIENCE_MS : PATIENCE_MS);
  }

  private DaemonQuestions(Supplier<Answer> question, int firstMs, int patienceMs) {
    this.question = question;
    this.firstMs = firstMs;
    this.patienceMs = patienceMs;
  }

  /** Returns when it has answered, or patience is over: half a second, but more the first time. */
  Answer ask() throws InterruptedException {
    Future<Answer> asked = thread.submit(question::get);
    int patience = firstMs;
    firstMs = patienceMs;
    try {
      return asked.get(patience, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      asked.cancel(true); // which closes the socket
      firstMs = PATIENCE_MS;
      patienceMs = PATIENCE_MS;
      return new Answer(null, null, "it does not answer");
    } catch (ExecutionException e) {
      return new Answer(null, null, "it cannot be asked: " + e.getCause().getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
