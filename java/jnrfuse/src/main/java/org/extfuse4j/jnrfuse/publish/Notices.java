// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.session.Notifier;
import org.extfuse4j.fuse.sys.Errno;

/**
 * Notices to the kernel, given by a thread that holds no lock and does nothing else: the kernel may
 * take locks for one that a request in flight has.
 *
 * <p>Who has something to tell does not wait, and may be faster than the kernel. So equal notices
 * that wait are one, and when too many different ones do, the kernel is told to forget everything,
 * which takes no more memory however much there is.
 */
final class Notices implements AutoCloseable {
  /** How many notices wait at most, of either kind. */
  static final int MOST = 1 << 16;

  /** One notice; equal ones say the same. */
  interface Notice {
    /** Gives it; 0 or a negative errno. */
    int give(Notifier to);
  }

  /** A name is not believed any more. */
  record Entry(long parent, String name) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.invalEntry(parent, name.getBytes(UTF_8));
    }
  }

  /** Attributes and cached data; of a directory, its names. */
  record Data(long nodeid) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.invalInode(nodeid, 0, 0);
    }
  }

  /** Attributes only. */
  record Attributes(long nodeid) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.invalInode(nodeid, -1, 0);
    }
  }

  /** Who polls is woken. */
  record Wakeup(long handle) implements Notice {
    @Override
    public int give(Notifier to) {
      return to.pollWakeup(handle);
    }
  }

  private final Notifier notifier;
  private final Supplier<Iterator<Notice>> all;
  private final FailureLog failures;
  // Guarded by this, as is all below.
  private final Set<Notice> outdated = new LinkedHashSet<>();
  private final Set<Notice> wakeups = new LinkedHashSet<>();
  private boolean everything;
  private boolean closed;

  /**
   * Gives none yet.
   *
   * @param all notices of everything that the kernel may believe at the time
   */
  Notices(Notifier notifier, Supplier<Iterator<Notice>> all, FailureLog failures) {
    this.notifier = notifier;
    this.all = all;
    this.failures = failures;
  }

  /** Starts the thread; an Error if there can be none, before anybody relies on it. */
  void start() {
    Thread thread = new Thread(this::run, "extfuse-notices");
    thread.setDaemon(true);
    thread.start();
  }

  synchronized void add(Notice notice) {
    if (closed || everything) {
      return;
    }
    outdated.add(notice);
    if (outdated.size() > MOST) {
      addEverything();
    } else {
      notifyAll();
    }
  }

  /** All that the kernel believes is outdated. */
  synchronized void addEverything() {
    outdated.clear();
    everything = !closed;
    notifyAll();
  }

  /** Of one who polls; beyond the bound, which is more than there are, the oldest sleeps on. */
  synchronized void wake(long handle) {
    if (closed) {
      return;
    }
    wakeups.add(new Wakeup(handle));
    if (wakeups.size() > MOST) {
      take(wakeups);
      failures.error("wakeups", () -> "too many wakeups for poll(2): some are lost", null);
    }
    notifyAll();
  }

  /** How many wait. */
  synchronized int waiting() {
    return outdated.size() + wakeups.size() + (everything ? 1 : 0);
  }

  // A thread that ended would leave the kernel believing for good: whatever is thrown, it goes on.
  private void run() {
    boolean connected = true;
    while (connected) {
      try {
        Notice notice = next();
        if (notice == null) {
          return;
        }
        connected = give(notice);
      } catch (InterruptedException e) {
        // Nobody's here: close() says so otherwise.
      } catch (RuntimeException | Error e) {
        failures.error(FailureLog.kind("notice", e), () -> "a notice was not given", e);
      }
    }
    close();
  }

  private synchronized Notice next() throws InterruptedException {
    while (!closed && !everything && outdated.isEmpty() && wakeups.isEmpty()) {
      wait();
    }
    if (closed) {
      return null;
    }
    if (!wakeups.isEmpty()) {
      return take(wakeups);
    }
    if (everything) {
      everything = false;
      return this::giveAll;
    }
    return take(outdated);
  }

  private static Notice take(Set<Notice> from) {
    Iterator<Notice> first = from.iterator();
    Notice notice = first.next();
    first.remove();
    return notice;
  }

  private int giveAll(Notifier to) {
    Iterator<Notice> each = all.get();
    while (each.hasNext() && !isClosed()) {
      if (!give(each.next())) {
        return -Errno.ENODEV;
      }
    }
    return 0;
  }

  /** Whether there is still somebody to tell. */
  private boolean give(Notice notice) {
    int rc = notice.give(notifier);
    if (rc != 0 && rc != -Errno.ENOENT && rc != -Errno.ENODEV) {
      failures.error("refused " + rc, () -> "the kernel refused a notice: " + Errno.name(rc), null);
    }
    return rc != -Errno.ENODEV;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    everything = false;
    outdated.clear();
    wakeups.clear();
    notifyAll();
  }
}
