// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.extfuse4j.cli.ControlClient;
import org.extfuse4j.cli.DaemonLatency;
import org.extfuse4j.cli.DaemonStats;

/** Asks the daemon of a mount, which may hang: for a while, and one question at a time. */
final class DaemonQuestions implements AutoCloseable {
  private static final int PATIENCE_MS = 500;
  // Time that passes here, until all is loaded that a question takes.
  private static final int FIRST_PATIENCE_MS = 4000;

  /**
   * What it said.
   *
   * @param silence why it said nothing; the others are null then
   */
  record Answer(DaemonStats stats, DaemonLatency latency, String silence) {}

  private final Supplier<Answer> question;
  private boolean first = true;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "ask");
            made.setDaemon(true);
            return made;
          });

  DaemonQuestions(ControlClient client) {
    this(() -> new Answer(client.stats(), client.latency(), null));
  }

  DaemonQuestions(Supplier<Answer> question) {
    this.question = question;
  }

  /** Returns after half a second at the latest; the first time after some. */
  Answer ask() throws InterruptedException {
    Future<Answer> asked = thread.submit(question::get);
    int patience = first ? FIRST_PATIENCE_MS : PATIENCE_MS;
    first = false;
    try {
      return asked.get(patience, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      asked.cancel(true); // which closes the socket
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
