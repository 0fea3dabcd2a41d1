// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices to the kernel, given by a thread that holds no lock and does nothing else: the kernel may
 * take locks for one that a request in flight has. So they may be asked for anywhere, also by
 * methods of a {@link FuseFileSystem} with its locks held, and come after that.
 *
 * <p>One that is waiting already is not added a second time. Who makes many at once, and keeps no
 * request waiting, calls {@link #awaitRoom} in between, so that no more than {@value #ROOM} wait.
 *
 * <p>Thread-safe.
 */
public final class Notices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final int ROOM = 1 << 16;
  private static final long ROOM_WAIT_MS = 1000;

  private interface Notice {
    /** Gives it; 0 or a negative errno. */
    int give(Notifier to);
  }

  /** A name is bytes, as ISO 8859-1. */
  private record Entry(long parent, String name) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.invalEntry(parent, name.getBytes(ISO_8859_1));
    }
  }

  private record Data(long nodeid) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.invalInode(nodeid, 0, 0);
    }
  }

  private record Poll(long handle) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.pollWakeup(handle);
    }
  }

  private final Notifier notifier;
  // Of its own: the other waits for locks that a request in flight may hold.
  private final Notifier direct;
  // Guarded by this, as all that follows.
  private final Set<Notice> waiting = new LinkedHashSet<>();
  private Thread thread;
  private boolean closed;

  Notices(Notifier notifier, Notifier direct) {
    this.notifier = notifier;
    this.direct = direct;
  }

  /**
   * Attributes and ACLs of a node are not to be believed any more, from now on: when this returns
   * the kernel has heard it. For a request in flight, too, that is about the node: of an inode that
   * is in use, and without its pages, the kernel waits for nothing.
   */
  public void attributesNow(long nodeid) {
    int rc = direct.invalInode(nodeid, -1, 0);
    if (rc != 0 && rc != -Errno.ENOENT && rc != -Errno.ENODEV) {
      LOG.warn("the kernel refused a notice: {}", Errno.name(-rc));
    }
  }

  /** A name of a directory is not to be believed any more, whether it led somewhere or not. */
  public void entry(long parent, byte[] name) {
    add(new Entry(parent, new String(name, ISO_8859_1)));
  }

  /** Nor attributes and cached data of a node; of a directory, its names. */
  public void data(long nodeid) {
    add(new Data(nodeid));
  }

  /** Who polls a file is woken; {@code handle} is that of the POLL request. */
  public void poll(long handle) {
    add(new Poll(handle));
  }

  /** Waits while too many wait, but no more than a second for none of them being given. */
  public synchronized void awaitRoom() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROOM_WAIT_MS);
    try {
      while (waiting.size() >= ROOM && !closed && System.nanoTime() < end) {
        wait(ROOM_WAIT_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Notice notice) {
    if (closed) {
      return;
    }
    waiting.add(notice);
    notifyAll();
    if (thread == null) {
      Thread giver = new Thread(this::run, "extfuse-notices");
      giver.setDaemon(true);
      try {
        giver.start();
        thread = giver;
      } catch (OutOfMemoryError e) {
        LOG.warn("no thread for notices to the kernel now ({}): the next one tries again", e);
      }
    }
  }

  private void run() {
    try {
      for (Notice notice = next(); notice != null; notice = next()) {
        give(notice);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void give(Notice notice) {
    try {
      int rc = notice.give(notifier);
      if (rc == -Errno.ENODEV) {
        close();
      } else if (rc != 0 && rc != -Errno.ENOENT) {
        LOG.warn("the kernel refused a notice: {}", Errno.name(-rc));
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a notice to the kernel was not given", e);
    }
  }

  /** Takes one before it is given: what changes from now on needs another. Null at the end. */
  private synchronized Notice next() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return null;
    }
    var first = waiting.iterator();
    Notice notice = first.next();
    first.remove();
    if (waiting.size() == ROOM - 1) {
      notifyAll();
    }
    return notice;
  }

  /** The session is over: what is waiting will not be given. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
