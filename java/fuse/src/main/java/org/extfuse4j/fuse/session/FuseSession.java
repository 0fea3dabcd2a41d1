// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a mount: some threads, each with a clone of the device (FUSE_DEV_IOC_CLONE), a receive and
 * a send buffer of its own. The session owns the mount and closes its device at the end. Its
 * threads, {@code fuse-N}, are not daemons unless asked for: the process lives while it is mounted.
 *
 * <p>Methods may be called on any thread but those of the session itself, except {@link
 * #notifier()} and {@link #counters()}, which may be called anywhere.
 */
public final class FuseSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseSession.class);
  private static final int CLOSE_SECONDS = 9;

  private enum State {
    NEW,
    STARTED
  }

  private final FuseMount mount;
  private final FuseFileSystem fs;
  private final FuseThreads threads;
  private final ThreadFactory factory;
  private final UpcallCounters counters = new UpcallCounters();
  private final Notifier notifier;
  private final Notices notices;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile FuseWorkers workers;

  /** A session with the threads that {@link FuseThreads#forThisMachine} says. */
  public FuseSession(FuseMount mount, FuseFileSystem fs) {
    this(mount, fs, FuseThreads.forThisMachine());
  }

  /**
   * @param threads how many, at least 1
   */
  public FuseSession(FuseMount mount, FuseFileSystem fs, int threads) {
    this(mount, fs, FuseThreads.fixed(threads));
  }

  /** A session with threads of some kind. */
  public FuseSession(FuseMount mount, FuseFileSystem fs, FuseThreads threads) {
    this(mount, fs, threads, Thread::new);
  }

  public FuseSession(
      FuseMount mount, FuseFileSystem fs, FuseThreads threads, ThreadFactory factory) {
    this.factory = factory;
    this.mount = mount;
    this.fs = fs;
    this.threads = threads;
    this.notifier = new Notifier(mount.device());
    this.notices = new Notices(notifier, new Notifier(mount.device()));
  }

  /**
   * Reads and answers INIT on the calling thread, then starts the session's threads.
   *
   * @throws FuseException when the kernel's protocol is not one of 7.31 and later, or the mount has
   *     gone away
   * @throws RuntimeException what {@link FuseFileSystem#init} threw; the mount is gone then
   */
  public void start() {
    if (!state.compareAndSet(State.NEW, State.STARTED)) {
      throw new IllegalStateException("a session starts once");
    }
    try {
      fs.notices(notices);
      FuseInit init = new FuseHandshake(mount.device(), mount.idmapped()).run(fs);
      workers =
          new FuseWorkers(mount.device(), fs, counters, threads, factory, init, this::allEnded);
      workers.start();
    } catch (RuntimeException | Error e) {
      notices.close();
      mount.close();
      ended.countDown();
      throw e;
    }
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
  public void stop() {
    int errno = mount.unmount(0);
    if (errno == Errno.EBUSY) {
      LOG.info("{} is in use: unmounted lazily, served until its last user leaves", mount);
      errno = mount.unmount(Libc.MNT_DETACH);
    }
    if (errno != 0) {
      throw new FuseException("cannot unmount " + mount, errno);
    }
    if (state.compareAndSet(State.NEW, State.STARTED)) {
      mount.close();
      ended.countDown();
    }
  }

  /**
   * Unmounts if nobody uses the mount. What mapped files still have to write is written first,
   * which takes as long as the file system does.
   *
   * @return false while somebody uses it, or if it cannot be unmounted
   */
  public boolean stopIfIdle() {
    return mount.unmount(0) == 0;
  }

  /**
   * Unmounts at once: requests in flight and open files of a mount that is still used fail with
   * ENOTCONN (MNT_FORCE aborts the connection). Returns when the threads have ended, or with a
   * warning after ten seconds when one of them does not come back from the file system.
   */
  @Override
  public void close() {
    if (state.compareAndSet(State.NEW, State.STARTED)) {
      mount.close();
      ended.countDown();
      return;
    }
    mount.abort();
    try {
      // Detached earlier and still in use, it has no path left to force: there is only its number.
      if (!ended.await(1, TimeUnit.SECONDS)) {
        mount.abortConnection();
      }
      if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: {} thread(s) are still in the file system", mount, workers.running());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public FuseMount mount() {
    return mount;
  }

  public Notifier notifier() {
    return notifier;
  }

  public UpcallCounters counters() {
    return counters;
  }

  private void allEnded() {
    try {
      notices.close();
      mount.device().close();
      fs.destroy();
    } catch (RuntimeException | Error e) {
      LOG.error("the file system threw at the end of {}", mount, e);
    } finally {
      ended.countDown();
    }
  }
}
