// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.fuse.RequestStructs.SetxattrIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the threads of a session, the first and those that are needed later. */
final class FuseWorkers {
  private static final Logger LOG = LoggerFactory.getLogger(FuseWorkers.class);
  private static final int HEAD = 4096;
  private static final int XATTR_SIZE_MAX = 65536;

  private final FuseDevice device;
  private final FuseFileSystem fs;
  private final UpcallCounters counters;
  private final FuseThreads threads;
  private final FuseInit init;
  private final Runnable allEnded;
  private final Deadlines deadlines;
  private final BusyPoll poll;
  private final boolean grows;
  private final FailureLog failures = new FailureLog(LOG);
  private final AtomicInteger running = new AtomicInteger();
  // Threads that wait for a request.
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger(-1);

  /**
   * Makes none yet.
   *
   * @param allEnded runs on the last thread at its end
   */
  FuseWorkers(
      FuseDevice device,
      FuseFileSystem fs,
      UpcallCounters counters,
      FuseThreads threads,
      FuseInit init,
      Runnable allEnded) {
    this.device = device;
    this.fs = fs;
    this.counters = counters;
    this.threads = threads;
    this.init = init;
    this.allEnded = allEnded;
    this.grows = threads.most() > threads.first();
    boolean polls = threads.pollNs() > 0 && Runtime.getRuntime().availableProcessors() > 1;
    this.poll = polls ? new BusyPoll(threads.pollNs()) : null;
    this.deadlines = threads.deadlineNs() == 0 ? null : new Deadlines(threads.deadlineNs());
  }

  void start() {
    Thread[] first = new Thread[threads.first()];
    for (int i = 0; i < first.length; i++) {
      // The first has the mount's device, the others a clone; where it cannot be cloned, they
      // share.
      first[i] = make(i == 0 ? null : device.cloned());
    }
    running.set(first.length);
    idle.set(first.length);
    for (Thread thread : first) {
      thread.start();
    }
  }

  /** How many there are. */
  int running() {
    return running.get();
  }

  /** A thread has a request; starts another one if nobody waits for the next. */
  void busy() {
    if (grows && idle.decrementAndGet() == 0) {
      more();
    }
  }

  /** A thread is done with a request; whether it is to wait for the next. */
  boolean free() {
    if (!grows || idle.incrementAndGet() <= threads.first() + FuseThreads.SPARE) {
      return true;
    }
    idle.decrementAndGet();
    return false;
  }

  private void more() {
    int now;
    do {
      now = running.get();
      if (now >= threads.most()) {
        return;
      }
    } while (!running.compareAndSet(now, now + 1));
    try {
      idle.incrementAndGet();
      make(device.cloned()).start();
    } catch (RuntimeException | Error e) {
      idle.decrementAndGet();
      running.decrementAndGet();
      LOG.warn("a session with {} busy threads cannot have another", now, e);
    }
  }

  private Thread make(FuseDevice clone) {
    FuseDevice own = clone == null ? device : clone;
    Request rq = Request.allocate(receiveSize());
    rq.setxattrInSize(
        (init.wanted() & FuseFlags.FUSE_SETXATTR_EXT) != 0
            ? SetxattrIn.SIZE
            : SetxattrIn.COMPAT_SIZE);
    Reply rp = Reply.allocate(sendSize());
    FuseDispatcher dispatcher = new FuseDispatcher(fs, counters, failures);
    Deadlines.Watched watched = deadlines == null ? null : deadlines.watch(own);
    int number = lastNumber.incrementAndGet();
    FuseWorker worker = new FuseWorker(number, poll, own, rq, rp, dispatcher, this, watched);
    Thread thread = new Thread(worker, "fuse-" + number);
    thread.setDaemon(threads.daemon());
    return thread;
  }

  /** A thread ends. */
  void ended(FuseDevice own, Deadlines.Watched watched) {
    if (watched != null) {
      deadlines.unwatch(watched);
    }
    if (own != device) {
      own.close();
    }
    if (running.decrementAndGet() == 0) {
      if (deadlines != null) {
        deadlines.close();
      }
      failures.end();
      allEnded.run();
    }
  }

  /** Room for the largest WRITE and the largest SETXATTR, each with header, struct and name. */
  private int receiveSize() {
    return HEAD + Math.max(init.maxWrite(), XATTR_SIZE_MAX);
  }

  /** Room for the largest READ and GETXATTR. */
  private int sendSize() {
    return Math.max(init.maxPages() * FuseInit.PAGE, XATTR_SIZE_MAX);
  }
}
