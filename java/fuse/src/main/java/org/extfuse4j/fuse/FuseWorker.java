// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread of a session: reads a request, has it handled, writes the reply, until ENODEV. */
final class FuseWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseWorker.class);

  private static final int LONGEST_PAUSE_MS = 1000;

  private final int number;
  private final BusyPoll poll;
  private final FuseDevice device;
  private final Request rq;
  private final Reply rp;
  private final FuseDispatcher dispatcher;
  private final FuseWorkers workers;
  private final Deadlines.Watched watched;

  /**
   * @param number from 0
   * @param poll null if it waits in read(2)
   * @param watched null if there is no deadline
   */
  FuseWorker(
      int number,
      BusyPoll poll,
      FuseDevice device,
      Request rq,
      Reply rp,
      FuseDispatcher dispatcher,
      FuseWorkers workers,
      Deadlines.Watched watched) {
    this.number = number;
    this.poll = poll;
    this.device = device;
    this.rq = rq;
    this.rp = rp;
    this.dispatcher = dispatcher;
    this.workers = workers;
    this.watched = watched;
  }

  @Override
  public void run() {
    try {
      int n = read();
      int failures = 0;
      while (n >= 0 || (n != -Errno.ENODEV && n != -Errno.ECONNABORTED)) {
        if (n < 0 && !retry(-n)) {
          pause(-n, ++failures);
        } else if (n >= 0) {
          failures = 0;
          long start = System.nanoTime();
          workers.busy();
          boolean stays = reply(handle(n));
          dispatcher.took(rq, System.nanoTime() - start);
          if (!stays) {
            return;
          }
        }
        n = read();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a session thread ends", e);
    } finally {
      if (poll != null) {
        poll.end(number);
      }
      dispatcher.end();
      workers.ended(device, watched);
    }
  }

  private int read() {
    return poll == null ? device.read(rq) : poll.read(number, device, rq);
  }

  /** The size of the reply to be written, 0 for none. */
  private int handle(int received) {
    if (watched != null) {
      watched.begin(rq);
    }
    int size = dispatcher.dispatch(rq, rp, received);
    boolean late = watched != null && !watched.end();
    if (size > 0 && late) {
      dispatcher.refused(rq, rp, Errno.ETIMEDOUT);
      return 0;
    }
    return size;
  }

  /**
   * Whether this thread is to wait for the next request. It counts as waiting before the reply is
   * written: who gets that may ask again at once, and no thread is to be started because this one
   * is only on its way back.
   */
  private boolean reply(int size) {
    if (poll != null && size > 0) {
      poll.beforeReply(number, device);
    }
    boolean stays = workers.free();
    int r = size == 0 ? 0 : write(size);
    if (r == 0) {
      return stays;
    }
    if (stays) {
      workers.busy();
    }
    dispatcher.refused(rq, rp, -r);
    if (!isOver(r)) {
      LOG.error("the kernel refused the reply to {} ({})", rq, Errno.name(r));
      // Whoever waits for it would wait for ever.
      device.write(rp.address(), rp.seal(rq.unique(), -Errno.EIO));
    }
    return stays && workers.free();
  }

  // Once more if it was not taken for a reason of the moment. Where the kernel has given up the
  // request because of that it says ENOENT.
  private int write(int size) {
    int r = device.write(rp.address(), size);
    if (r == 0 || isOver(r)) {
      return r;
    }
    int again = device.write(rp.address(), size);
    return isOver(again) ? r : again;
  }

  // ENOENT: the request was aborted meanwhile. ENODEV: so was the connection.
  private static boolean isOver(int r) {
    return r == -Errno.ENOENT || r == -Errno.ENODEV;
  }

  // The thread is needed as long as the mount lives, and what cannot be read now can be later.
  private static void pause(int errno, int failures) {
    if (failures == 1) {
      LOG.error("reading /dev/fuse failed ({}): it is tried again", Errno.name(errno));
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.min(failures, LONGEST_PAUSE_MS)));
  }

  // ENOENT: the request was interrupted before it could be read.
  private static boolean retry(int errno) {
    return errno == Errno.ENOENT || errno == Errno.EINTR || errno == Errno.EAGAIN;
  }
}
