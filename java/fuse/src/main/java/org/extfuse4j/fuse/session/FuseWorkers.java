// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.sys.Pages;
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
  private final ThreadFactory factory;
  private final Deadlines deadlines;
  private final BusyPoll poll;
  private final FailureLog failures = new FailureLog(LOG);
  private final ThreadGrowth growth;
  private final AtomicInteger running = new AtomicInteger();
  // Threads that wait for a request.
  private final AtomicInteger idle = new AtomicInteger();
  // Changes with each request that is done; exact it need not be.
  private final AtomicInteger progress = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger(-1);

  /**
   * Makes none yet.
   *
   * @param factory of threads, whose names and kinds do not matter
   * @param allEnded runs on the last thread at its end
   */
  FuseWorkers(
      FuseDevice device,
      FuseFileSystem fs,
      UpcallCounters counters,
      FuseThreads threads,
      ThreadFactory factory,
      FuseInit init,
      Runnable allEnded) {
    this.device = device;
    this.fs = fs;
    this.counters = counters;
    this.threads = threads;
    this.factory = factory;
    this.init = init;
    this.allEnded = allEnded;
    this.growth =
        threads.most() > threads.first()
            ? new ThreadGrowth(this, threads.patienceNs(), factory)
            : null;
    boolean polls = threads.pollNs() > 0 && Runtime.getRuntime().availableProcessors() > 1;
    this.poll = polls ? new BusyPoll(threads.pollNs()) : null;
    this.deadlines = threads.deadlineNs() == 0 ? null : new Deadlines(threads.deadlineNs());
  }

  /**
   * Starts the first threads, or as many of them as can be.
   *
   * @throws FuseException if there can be none
   */
  void start() {
    int wanted = threads.first();
    // Each of them counts until it has ended, also if it never begins.
    running.set(wanted);
    idle.set(wanted);
    int started = 0;
    try {
      if (growth != null) {
        growth.start();
      }
      // The first has the mount's device, the others a clone; where it cannot be cloned, they
      // share.
      for (; started < wanted; started++) {
        startOne(started == 0 ? null : device.cloned());
      }
    } catch (FuseException | OutOfMemoryError e) {
      if (started == 0) {
        end();
        throw new FuseException("cannot start the threads of a session: " + e.getMessage(), e);
      }
      LOG.warn("a session has {} threads, not {}: {}", started, wanted, e.toString());
      for (int i = started; i < wanted; i++) {
        idle.decrementAndGet();
        left();
      }
    }
  }

  /** How many there are. */
  int running() {
    return running.get();
  }

  /** A thread has a request; asks for another one if nobody waits for the next. */
  void busy() {
    if (growth != null && idle.decrementAndGet() <= 0) {
      growth.needed();
    }
  }

  /** A thread is done with a request; whether it is to wait for the next. */
  boolean free() {
    if (growth == null) {
      return true;
    }
    progress.setOpaque(progress.getPlain() + 1);
    if (idle.incrementAndGet() <= threads.first() + FuseThreads.SPARE) {
      return true;
    }
    idle.decrementAndGet();
    return false;
  }

  /** Whether nobody waits for the next request. */
  boolean allBusy() {
    return idle.get() <= 0 && running.get() > 0;
  }

  /** Another number than before if a request has been done since. */
  int progress() {
    return progress.getOpaque();
  }

  /**
   * Starts another thread.
   *
   * @return false if there are as many as there may be, or none any more
   * @throws FuseException or OutOfMemoryError, and then nothing is left of it
   */
  boolean more() {
    int now;
    do {
      now = running.get();
      if (now == 0 || now >= threads.most()) {
        return false;
      }
    } while (!running.compareAndSet(now, now + 1));
    // From here on the session cannot end, and its device is not closed.
    idle.incrementAndGet();
    boolean started = false;
    try {
      startOne(device.cloned());
      started = true;
    } finally {
      if (!started) {
        idle.decrementAndGet();
        left();
      }
    }
    return true;
  }

  // What it has is given back if it cannot be started.
  private void startOne(FuseDevice clone) {
    FuseWorker worker = null;
    boolean started = false;
    try {
      worker = make(clone);
      Thread thread = factory.newThread(worker);
      thread.setName("fuse-" + worker.number());
      thread.setDaemon(threads.daemon());
      thread.start();
      started = true;
    } finally {
      if (!started && worker != null) {
        worker.discard();
      } else if (!started && clone != null) {
        clone.close();
      }
    }
  }

  private FuseWorker make(FuseDevice clone) {
    FuseDevice own = clone == null ? device : clone;
    int sendSize = sendSize();
    Pages received = Pages.map(receiveSize());
    Pages sent;
    try {
      sent = Pages.map(Reply.size(sendSize));
    } catch (FuseException e) {
      received.close();
      throw e;
    }
    Request rq = Request.in(received);
    rq.setxattrInSize(
        (init.wanted() & FuseFlags.FUSE_SETXATTR_EXT) != 0
            ? SetxattrIn.SIZE
            : SetxattrIn.COMPAT_SIZE);
    Reply rp = Reply.in(sent, sendSize);
    FuseDispatcher dispatcher = new FuseDispatcher(fs, counters, failures);
    Deadlines.Watched watched = deadlines == null ? null : deadlines.watch(own);
    int number = lastNumber.incrementAndGet();
    Runnable freed =
        () -> {
          if (watched != null) {
            deadlines.unwatch(watched);
          }
          if (own != device) {
            own.close();
          }
          received.close();
          sent.close();
        };
    return new FuseWorker(number, poll, own, rq, rp, dispatcher, this, watched, freed);
  }

  /** A thread has ended. */
  void left() {
    if (running.decrementAndGet() == 0) {
      end();
      allEnded.run();
    }
  }

  private void end() {
    if (growth != null) {
      growth.close();
    }
    if (deadlines != null) {
      deadlines.close();
    }
    failures.end();
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
