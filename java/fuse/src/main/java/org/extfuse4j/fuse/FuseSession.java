// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves a mount: some threads, each with a clone of the device (FUSE_DEV_IOC_CLONE), a receive and
 * a send buffer of its own. The session owns the mount and closes its device at the end. Its
 * threads, {@code fuse-N}, are not daemons: the process lives while it is mounted.
 *
 * <p>Methods may be called on any thread but those of the session itself, except {@link
 * #notifier()} and {@link #counters()}, which may be called anywhere.
 */
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // the threads come next
public final class FuseSession implements AutoCloseable {
  private final FuseMount mount;
  private final FuseFileSystem fs;
  private final int threads;
  private final UpcallCounters counters = new UpcallCounters();
  private final Notifier notifier;
  private final AtomicInteger running = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** A session with as many threads as processors, at least 2 and at most 4. */
  public FuseSession(FuseMount mount, FuseFileSystem fs) {
    this(mount, fs, Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors())));
  }

  /**
   * @param threads how many, at least 1
   */
  public FuseSession(FuseMount mount, FuseFileSystem fs, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a session needs at least one thread, not " + threads);
    }
    this.mount = mount;
    this.fs = fs;
    this.threads = threads;
    this.notifier = new Notifier(mount.device());
  }

  /**
   * Reads and answers INIT on the calling thread, then starts the session's threads.
   *
   * @throws FuseException when the kernel's protocol is not one of 7.31 and later, or the mount has
   *     gone away
   * @throws RuntimeException what {@link FuseFileSystem#init} threw; the mount is gone then
   */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Waits until the connection is gone (unmounted or aborted) and the last thread has ended. */
  public void await() throws InterruptedException {
    ended.await();
  }

  /**
   * As {@link #await()}, for some time.
   *
   * @return whether the session has ended
   */
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    return ended.await(timeout, unit);
  }

  /**
   * Unmounts, lazily when someone still uses the mount, and does not wait: the session ends with
   * the last user, see {@link #await()}.
   */
  public void stop() {}

  /**
   * Unmounts at once: requests in flight and open files of a mount that is still used fail with
   * ENOTCONN (MNT_FORCE aborts the connection). Returns when the threads have ended.
   */
  @Override
  public void close() {}

  public FuseMount mount() {
    return mount;
  }

  public Notifier notifier() {
    return notifier;
  }

  public UpcallCounters counters() {
    return counters;
  }
}
