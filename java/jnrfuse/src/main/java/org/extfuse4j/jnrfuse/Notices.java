// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Notifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices to the kernel, given by a thread that holds no lock and does nothing else: the kernel may
 * take locks for one that a request in flight has.
 */
final class Notices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

  /** One notice. */
  interface Notice {
    /** Gives it; 0 or a negative errno. */
    int give(Notices to);
  }

  private final Notifier notifier;
  private final BlockingQueue<Notice> queue = new LinkedBlockingQueue<>();
  // Guarded by this.
  private Thread thread;
  private boolean closed;

  Notices(Notifier notifier) {
    this.notifier = notifier;
  }

  synchronized void add(Notice notice) {
    if (closed) {
      return;
    }
    if (thread == null) {
      thread = new Thread(this::run, "extfuse-notices");
      thread.setDaemon(true);
      thread.start();
    }
    queue.add(notice);
  }

  int entry(long parent, byte[] name) {
    return notifier.invalEntry(parent, name);
  }

  /** Attributes and cached data; of a directory, its names. */
  int data(long nodeid) {
    return notifier.invalInode(nodeid, 0, 0);
  }

  int poll(long handle) {
    return notifier.pollWakeup(handle);
  }

  private void run() {
    try {
      while (true) {
        int rc = queue.take().give(this);
        if (rc == -Errno.ENODEV) {
          return;
        }
        if (rc != 0 && rc != -Errno.ENOENT) {
          LOG.warn("the kernel refused a notice: {}", Errno.name(rc));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
