// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.util.ArrayDeque;
import org.extfuse4j.fuse.sys.Syscalls;

/**
 * Closes descriptors on a thread of its own: those of deleted objects, which are perhaps the last
 * to hold them. Such a close(2) frees the object's blocks, takes seconds for a large file, and
 * waits while the source is frozen; and who gives a descriptor up does that with locks that all
 * requests take. Thread-safe; its monitor is an innermost lock, and never held for a system call.
 */
final class LateClose implements AutoCloseable {
  private static final int CLOSE_MS = 5000;

  private final ArrayDeque<Integer> fds = new ArrayDeque<>();
  private Thread thread;
  private boolean closed;

  /** Closes it soon. */
  synchronized void close(int fd) {
    if (closed || !started()) {
      Syscalls.close(fd);
      return;
    }
    fds.add(fd);
    notifyAll();
  }

  private boolean started() {
    if (thread != null) {
      return true;
    }
    Thread made = new Thread(this::run, "extfuse-close");
    made.setDaemon(true);
    try {
      made.start();
    } catch (OutOfMemoryError e) {
      return false; // it cannot be made now, the next one perhaps
    }
    thread = made;
    return true;
  }

  private void run() {
    try {
      for (int fd = next(); fd >= 0; fd = next()) {
        Syscalls.close(fd);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized int next() throws InterruptedException {
    while (fds.isEmpty()) {
      if (closed) {
        return -1;
      }
      wait();
    }
    return fds.poll();
  }

  /** Closes those that are left, and waits for it a while. Not with a lock held. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      notifyAll();
      running = thread;
    }
    try {
      if (running != null) {
        running.join(CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
