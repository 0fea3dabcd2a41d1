// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;

/**
 * Which thread of a session reads requests when the device is polled: one at a time. It asks again
 * and again for a while after a request, because to be woken from read(2) costs more than most
 * requests do; only then does it sleep there. The others sleep here, not in read(2): the kernel
 * would wake one of them for each request that the reader takes anyway.
 *
 * <p>The reader handles a request itself and then goes on reading. Another takes its place when
 * requests wait while there is one that is not answered yet, or when a request takes so long that
 * others may have to wait for it (or it for them). To see the latter the first of those in line
 * looks once in a while, but not while the reader sleeps in read(2).
 *
 * <p>That the next request is there when the reader comes back says little: who got the last reply
 * may have been faster. It would have to wait for another thread, which has to be woken, longer
 * than for this one.
 */
final class BusyPoll {
  private static final int NOBODY = 0;
  private static final int READING = 1;
  private static final int HANDLING = 2;
  private static final int SLEEPING = 3;
  private static final int PHASES = 4;

  /** How long a request may take before somebody else reads, in nanoseconds. */
  private static final long PATIENCE = 500_000;

  /** How many tries there are for each that lets others have the processor. */
  private static final int YIELD = 16;

  /** How often the first in line looks, in nanoseconds. */
  static final long LOOK = 4_000_000;

  /** After how many requests in a row that were there already the reader sees whether more wait. */
  private static final int BACKLOG = 2;

  /** How many of them it does not see about after it has found that none waits. */
  private static final int CALM = 32;

  /** How many requests are handed on at once after one that took long: the next may, too. */
  private static final int SLOW = 16;

  private final long pollNs;

  // What of() makes of the reader's number and what it does; or NOBODY.
  private final AtomicInteger state = new AtomicInteger(NOBODY);
  private final ReentrantLock line = new ReentrantLock();
  private volatile Thread firstInLine;
  private volatile long handlingSince;

  // The reader's.
  private int backlog;
  private int slow;

  /** Polls so many nanoseconds after a request. */
  BusyPoll(long pollNs) {
    this.pollNs = pollNs;
  }

  /**
   * Reads one request, when it is this thread's turn; its bytes or a negative errno.
   *
   * @param me the thread's number, from 0
   */
  int read(int me, FuseDevice device, Request rq) {
    if (!state.compareAndSet(of(me, HANDLING), of(me, READING))) {
      standInLine(me);
    }
    boolean slept = false;
    device.nonblocking(true);
    int n = device.read(rq);
    backlog = n == -Errno.EAGAIN ? 0 : backlog + 1;
    if (n == -Errno.EAGAIN) {
      n = poll(device, rq);
    }
    if (n == -Errno.EAGAIN) {
      slept = true;
      state.set(of(me, SLEEPING));
      device.nonblocking(false);
      n = device.read(rq);
    }
    handlingSince = System.nanoTime();
    if (slow > 0) {
      slow--;
      state.set(NOBODY);
      wakeFirst();
    } else {
      state.set(of(me, HANDLING));
      if (slept) {
        wakeFirst();
      }
    }
    return n;
  }

  /** A reply is about to be written; has another thread read if there are requests by now. */
  void beforeReply(int me, FuseDevice device) {
    int mine = of(me, HANDLING);
    if (state.get() != mine || backlog < BACKLOG) {
      return;
    }
    if (!device.hasRequest()) {
      backlog = -CALM;
    } else if (state.compareAndSet(mine, NOBODY)) {
      wakeFirst();
    }
  }

  // Yields now and then: the caller of the next request may be waiting for this very processor.
  @SuppressWarnings("ThreadPriorityCheck")
  private int poll(FuseDevice device, Request rq) {
    long begin = System.nanoTime();
    int n;
    int tries = 0;
    do {
      if (++tries % YIELD == 0) {
        Thread.yield();
      }
      n = device.read(rq);
    } while (n == -Errno.EAGAIN && System.nanoTime() - begin < pollNs);
    return n;
  }

  /** A thread ends, and reads no more. */
  void end(int me) {
    int now = state.get();
    if (now / PHASES == me + 1 && state.compareAndSet(now, NOBODY)) {
      wakeFirst();
    }
  }

  private void standInLine(int me) {
    line.lock();
    try {
      firstInLine = Thread.currentThread();
      while (!takesOver(me)) {
        // Interrupts are nobody's here; one that is left set would make this loop spin.
        Thread.interrupted();
        if (state.get() % PHASES == SLEEPING) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, LOOK);
        }
      }
    } finally {
      firstInLine = null;
      line.unlock();
    }
  }

  private boolean takesOver(int me) {
    int now = state.get();
    boolean late = now % PHASES == HANDLING && System.nanoTime() - handlingSince > PATIENCE;
    if ((now != NOBODY && !late) || !state.compareAndSet(now, of(me, READING))) {
      return false;
    }
    slow = late ? SLOW : slow;
    return true;
  }

  private void wakeFirst() {
    LockSupport.unpark(firstInLine);
  }

  private static int of(int me, int phase) {
    return (me + 1) * PHASES + phase;
  }
}
