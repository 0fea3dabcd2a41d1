// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Audit;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.fuse.FuseSession;
import org.extfuse4j.fuse.UpcallCounters;

/** A file system that is mounted. Thread-safe; not for callbacks, but for {@link #cache}. */
public final class ExtFuseMount implements AutoCloseable {
  private final FuseSession session;
  private final JnrFuseFs served;
  private final ExtFuseCache cache;
  private boolean closed;

  ExtFuseMount(FuseSession session, JnrFuseFs served, ExtFuseCache cache) {
    this.session = session;
    this.served = served;
    this.cache = cache;
  }

  /** Where it is mounted. */
  public Path mountPoint() {
    return session.mount().mountpoint();
  }

  /** Whether the kernel answers from its cache. */
  public boolean cached() {
    return cache != null && cache.active();
  }

  /** Where to say that something has changed by itself. */
  public FuseCache cache() {
    return served.cache();
  }

  /** Whether the lookup counts add up. */
  public Audit audit() {
    return served.audit();
  }

  /** How many requests reached the file system. */
  public UpcallCounters counters() {
    return session.counters();
  }

  /** Waits until it is unmounted, by whomever. */
  public void await() throws InterruptedException {
    session.await();
    close();
  }

  /**
   * As {@link #await()}, for some time.
   *
   * @return whether it is unmounted
   */
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    boolean ended = session.await(timeout, unit);
    if (ended) {
      close();
    }
    return ended;
  }

  /**
   * Unmounts at once: open files and requests in flight fail with ENOTCONN. Returns when the
   * callbacks have ended, or with a warning after ten seconds when one of them has not.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    session.close();
    try {
      if (!session.await(0, TimeUnit.SECONDS)) {
        return; // a callback that is still running uses both
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    served.close();
    if (cache != null) {
      cache.close();
    }
  }
}
