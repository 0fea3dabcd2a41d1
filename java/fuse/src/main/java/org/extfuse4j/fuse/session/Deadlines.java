// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests whose method takes too long: their callers could not even be killed. One thread
 * looks at all of a session's threads from time to time.
 */
final class Deadlines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
  private static final int LOOKS = 4;

  /** One thread of the session, and the request that it serves. */
  static final class Watched {
    private static final int IDLE = 0;
    private static final int SERVING = 1;
    private static final int ANSWERED = 2;
    private static final int STATES = 4;

    private final FuseDevice device;
    private final Reply answer = Reply.allocate(0);
    // The number of the request, times STATES, plus its state: one request is never another.
    private final AtomicLong state = new AtomicLong(IDLE);
    // Written before the state becomes SERVING.
    private long unique;
    private int opcode;
    private long nodeid;
    private long startedNs;

    private Watched(FuseDevice device) {
      this.device = device;
    }

    void begin(Request rq) {
      int op = rq.opcode();
      if (op == FuseOpcode.SETLKW || op == FuseOpcode.FORGET || op == FuseOpcode.BATCH_FORGET) {
        return;
      }
      unique = rq.unique();
      opcode = op;
      nodeid = rq.nodeid();
      startedNs = System.nanoTime();
      state.set((state.get() / STATES + 1) * STATES + SERVING);
    }

    /** Whether the reply is still to be sent. */
    boolean end() {
      long before = state.get();
      long idle = before - before % STATES;
      return state.getAndSet(idle) % STATES != ANSWERED;
    }

    private void look(long deadlineNs) {
      long seen = state.get();
      if (seen % STATES != SERVING || System.nanoTime() - startedNs < deadlineNs) {
        return;
      }
      String what = FuseOpcode.name(opcode) + " of node " + Long.toUnsignedString(nodeid);
      long id = unique;
      if (state.compareAndSet(seen, seen - SERVING + ANSWERED)) {
        LOG.error(
            "{} takes longer than {} s; answered ETIMEDOUT",
            what,
            TimeUnit.NANOSECONDS.toSeconds(deadlineNs));
        device.notify(answer.address(), answer.seal(id, -Errno.ETIMEDOUT));
      }
    }
  }

  private final long deadlineNs;
  private final Set<Watched> all = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  Deadlines(long deadlineNs) {
    this.deadlineNs = deadlineNs;
    thread = new Thread(this::run, "fuse-deadlines");
    thread.setDaemon(true);
    thread.start();
  }

  Watched watch(FuseDevice device) {
    Watched watched = new Watched(device);
    all.add(watched);
    return watched;
  }

  void unwatch(Watched watched) {
    all.remove(watched);
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(Math.max(1, deadlineNs / LOOKS));
        lookAtAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAtAll() {
    try {
      all.forEach(watched -> watched.look(deadlineNs));
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("looking for requests that take too long; it goes on", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
