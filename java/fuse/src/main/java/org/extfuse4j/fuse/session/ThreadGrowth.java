// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts another thread of a session while all are busy. On a thread of its own: what cannot be
 * started now (pids.max of a cgroup, no memory) is tried again, also if all others wait for the
 * source and would never come to it.
 */
final class ThreadGrowth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadGrowth.class);
  private static final long PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 1000;

  private final FuseWorkers workers;
  private final long patienceNs;
  private final Thread thread;
  private volatile boolean over;
  private final FailureLog failures = new FailureLog(LOG);

  /** Makes its thread; {@link #start} starts it. */
  ThreadGrowth(FuseWorkers workers, long patienceNs, ThreadFactory factory) {
    this.workers = workers;
    this.patienceNs = patienceNs;
    thread = factory.newThread(this::run);
    thread.setName("extfuse-threads");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Nobody waits for the next request. Any thread; costs next to nothing. */
  void needed() {
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      grow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close()
    }
  }

  private void grow() throws InterruptedException {
    long pause = PAUSE_MS;
    while (!over) {
      try {
        int progress = workers.progress();
        if (!workers.allBusy()) {
          pause = PAUSE_MS;
          LockSupport.park(this);
          continue;
        }
        TimeUnit.NANOSECONDS.sleep(patienceNs);
        if (workers.allBusy()
            && (patienceNs == 0 || progress == workers.progress())
            && !workers.more()) {
          most();
          LockSupport.park(this);
        }
      } catch (RuntimeException | OutOfMemoryError e) {
        failed(e);
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  }

  private void failed(Throwable e) {
    failures.warn(
        "failed",
        () ->
            "all %d threads are busy and another cannot be started, requests wait: tried again (%s)"
                .formatted(workers.running(), e));
  }

  private void most() {
    int running = workers.running();
    if (running > 0) {
      failures.warn(
          "most",
          () ->
              "all %d threads are busy, which is the most: requests wait for the file system"
                  .formatted(running));
    }
  }

  /** Ends it soon. */
  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
