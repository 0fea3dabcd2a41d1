// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.UpcallCounters;
import org.extfuse4j.jnrfuse.ops.JnrFuseFs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file system that is mounted. Thread-safe; not for callbacks, but for {@link #cache}. */
public final class ExtFuseMount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExtFuseMount.class);
  private static final long GRACE_MS = 1000;
  private static final long LOOK_MS = 20;

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
   * Unmounts. What users have asked for already is served, for a second; then open files and
   * requests in flight fail with ENOTCONN. Files that are still open, or whose close(2) the kernel
   * had not told of yet, are released, so that what a file system stores then is stored. Returns
   * when the callbacks have ended, or with a warning after eleven seconds when one of them has not.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    leave();
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

  // On a thread of its own: to write what mapped files have to write may take for ever.
  private void leave() {
    Thread leaving = new Thread(this::unmountWhenIdle, "extfuse-leaving");
    leaving.setDaemon(true);
    try {
      leaving.start();
      leaving.join(2 * GRACE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (OutOfMemoryError e) {
      LOG.warn("no thread to wait for the users of {}: they get ENOTCONN", session.mount(), e);
    }
  }

  private void unmountWhenIdle() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MS);
    try {
      while (!session.await(0, TimeUnit.SECONDS)
          && !session.stopIfIdle()
          && System.nanoTime() < end) {
        session.await(LOOK_MS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
