// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread of a session: reads a request, has it handled, writes the reply, until ENODEV. */
final class FuseWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseWorker.class);

  private final FuseDevice device;
  private final Request rq;
  private final Reply rp;
  private final FuseDispatcher dispatcher;
  private final Runnable atEnd;

  FuseWorker(FuseDevice device, Request rq, Reply rp, FuseDispatcher dispatcher, Runnable atEnd) {
    this.device = device;
    this.rq = rq;
    this.rp = rp;
    this.dispatcher = dispatcher;
    this.atEnd = atEnd;
  }

  @Override
  public void run() {
    try {
      int n = device.read(rq);
      while (n >= 0 || retry(-n)) {
        if (n >= 0) {
          serve(n);
        }
        n = device.read(rq);
      }
      if (n != -Errno.ENODEV && n != -Errno.ECONNABORTED) {
        LOG.error("reading /dev/fuse failed ({}): this thread ends", Errno.name(n));
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a session thread ends", e);
    } finally {
      atEnd.run();
    }
  }

  private void serve(int received) {
    int size = dispatcher.dispatch(rq, rp, received);
    if (size == 0) {
      return;
    }
    int r = device.write(rp.address(), size);
    if (r == 0) {
      return;
    }
    // ENOENT: the request was aborted meanwhile. ENODEV: so was the connection.
    if (r != -Errno.ENOENT && r != -Errno.ENODEV) {
      LOG.error("the kernel refused the reply to {} ({})", rq, Errno.name(r));
    }
    dispatcher.refused(rq, rp, -r);
  }

  // ENOENT: the request was interrupted before it could be read.
  private static boolean retry(int errno) {
    return errno == Errno.ENOENT || errno == Errno.EINTR || errno == Errno.EAGAIN;
  }
}
