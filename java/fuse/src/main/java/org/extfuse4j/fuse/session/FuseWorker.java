// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread of a session: reads a request, has it handled, writes the reply, until ENODEV. What
 * fails on the way fails that request; the thread goes on.
 */
final class FuseWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseWorker.class);

  private static final long PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 1000;

  private final int number;
  private final BusyPoll poll;
  private final FuseDevice device;
  private final Request rq;
  private final Reply rp;
  private final FuseDispatcher dispatcher;
  private final FuseWorkers workers;
  private final Deadlines.Watched watched;
  private final Runnable freed;

  /**
   * @param number from 0
   * @param poll null if it waits in read(2)
   * @param watched null if there is no deadline
   * @param freed gives back what the thread has: the device unless it is the mount's, the memory of
   *     request and reply
   */
  FuseWorker(
      int number,
      BusyPoll poll,
      FuseDevice device,
      Request rq,
      Reply rp,
      FuseDispatcher dispatcher,
      FuseWorkers workers,
      Deadlines.Watched watched,
      Runnable freed) {
    this.number = number;
    this.poll = poll;
    this.device = device;
    this.rq = rq;
    this.rp = rp;
    this.dispatcher = dispatcher;
    this.workers = workers;
    this.watched = watched;
    this.freed = freed;
  }

  int number() {
    return number;
  }

  /** The thread will not be started. */
  void discard() {
    dispatcher.end();
    freed.run();
  }

  @Override
  public void run() {
    try {
      long pause = PAUSE_MS;
      boolean goesOn = true;
      while (goesOn) {
        int n = read();
        if (n >= 0) {
          pause = PAUSE_MS;
          goesOn = serve(n);
        } else if (!retry(-n)) {
          goesOn = !isOver(-n) && pause(-n, pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        }
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a session thread ends", e);
    } finally {
      if (poll != null) {
        poll.end(number);
      }
      discard();
      workers.left();
    }
  }

  // Whether to wait for the next request.
  private boolean serve(int received) {
    long start = System.nanoTime();
    workers.busy();
    boolean stays = reply(handle(received));
    dispatcher.took(rq, System.nanoTime() - start);
    return stays;
  }

  // The connection has ended, or the descriptor was none.
  private static boolean isOver(int errno) {
    return switch (errno) {
      case Errno.ENODEV, Errno.ECONNABORTED -> true;
      case Errno.EBADF, Errno.EINVAL, Errno.EPERM -> {
        LOG.error("reading /dev/fuse failed ({}): this thread ends", Errno.name(errno));
        yield true;
      }
      default -> false;
    };
  }

  // Memory may be short for a while (ENOMEM); whether to go on.
  private boolean pause(int error, long ms) {
    dispatcher
        .failures()
        .warn(
            "read " + error,
            () -> "reading /dev/fuse failed (" + Errno.name(error) + "): tried again");
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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
    int size;
    try {
      size = dispatcher.dispatch(rq, rp, received);
    } catch (RuntimeException | Error e) {
      // Not out of the file system, whose failures end in the dispatcher. The caller waits for us.
      dispatcher
          .failures()
          .error(FailureLog.kind("request", e), () -> "a request failed; answered EIO", e);
      size = dispatcher.fail(rq, rp);
    }
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
    if (!isGone(r)) {
      dispatcher
          .failures()
          .error(
              "refused " + rq.opcode() + ' ' + r,
              () -> "the kernel refused the reply to " + rq + " (" + Errno.name(r) + ")",
              null);
      // Whoever waits for it would wait for ever.
      device.write(rp.address(), rp.seal(rq.unique(), -Errno.EIO));
    }
    return stays && workers.free();
  }

  // Once more if it was not taken for a reason of the moment. Where the kernel has given up the
  // request because of that it says ENOENT.
  private int write(int size) {
    int r = device.write(rp.address(), size);
    if (r == 0 || isGone(r)) {
      return r;
    }
    int again = device.write(rp.address(), size);
    return isGone(again) ? r : again;
  }

  // ENOENT: the request was aborted meanwhile. ENODEV: so was the connection.
  private static boolean isGone(int r) {
    return r == -Errno.ENOENT || r == -Errno.ENODEV;
  }

  // ENOENT: the request was interrupted before it could be read.
  private static boolean retry(int errno) {
    return errno == Errno.ENOENT || errno == Errno.EINTR || errno == Errno.EAGAIN;
  }
}
