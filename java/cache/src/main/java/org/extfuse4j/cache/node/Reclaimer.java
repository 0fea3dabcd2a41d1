// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.sys.Syscalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes slots away from nodes, many at a time: drops their attributes, without which LOOKUP cannot
 * answer; waits for a grace period, after which no handler counts any more; then has the counts
 * read for the last time. One thread, that starts when there is something to do.
 *
 * <p>What fails (a thread that cannot be made, a grace period without descriptors or memory) is
 * tried again. Until then nodes keep their slots, and the cache takes no new ones: that is slower,
 * and right.
 */
final class Reclaimer implements AutoCloseable {
  /** Who knows the counts. */
  interface Keeper {
    /** Whether the kernel has forgotten the node. */
    boolean isIdle(CachedNode node);

    /** No handler can count for these nodes any more. */
    void release(List<CachedNode> nodes);
  }

  private static final Logger log = LoggerFactory.getLogger(Reclaimer.class);
  private static final int BATCH = 4096;
  private static final int CLOSE_MS = 5000;

  // How long to wait before what has failed is tried again: from, to.
  private static final long PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 5000;

  private final MetadataCache cache;
  private final Slots slots;
  private final NodeLocks locks;
  private final Keeper keeper;
  private final Semaphore work = new Semaphore(0);
  private final CountDownLatch ending = new CountDownLatch(1);

  // Guarded by this. Each node is in it once, so it is never longer than there are slots.
  private final ArrayDeque<CachedNode> doomed = new ArrayDeque<>();
  private boolean sweep;
  private long reclaimed;
  private Thread thread;
  private boolean closed;
  private int retiring;
  private boolean failing;

  /**
   * @param keeper called with no lock held
   */
  Reclaimer(MetadataCache cache, NodeLocks locks, Keeper keeper) {
    this.cache = cache;
    this.slots = cache.slots();
    this.locks = locks;
    this.keeper = keeper;
  }

  /** This node is not worth its slot. */
  void add(CachedNode node) {
    synchronized (this) {
      doomed.add(node);
    }
    wake();
  }

  /** No node is, that only the cache holds. */
  void sweep() {
    synchronized (this) {
      sweep = true;
    }
    wake();
  }

  /** Nodes that wait for their slots to be taken: those that lost their last name. */
  synchronized int waiting() {
    return doomed.size() + retiring;
  }

  /** Nodes whose slots were taken so far. */
  synchronized long reclaimed() {
    return reclaimed;
  }

  /** Slots are low. Callers may hold any lock. */
  synchronized void wake() {
    if (thread == null && !closed) {
      try {
        Thread made = new Thread(this::run, "extfuse-reclaim");
        made.setDaemon(true);
        made.start();
        thread = made;
      } catch (OutOfMemoryError e) {
        // Who is low on slots next tries again.
        failed(e);
      }
    }
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  private void run() {
    // A thread begins with the capabilities of the one that has made it, and those that serve
    // requests do without CAP_BPF.
    long permitted = Syscalls.permittedCaps();
    Syscalls.setEffectiveCaps(permitted, permitted);
    try {
      while (true) {
        work.acquire();
        work.drainPermits();
        if (!workOff()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether to go on; when there is nothing to do. */
  private boolean workOff() throws InterruptedException {
    long pause = PAUSE_MS;
    while (true) {
      boolean all;
      synchronized (this) {
        if (closed) {
          return false;
        }
        all = sweep;
        sweep = false;
      }
      try {
        if (all) {
          slots.forEach(nodes -> retire(nodes.stream().filter(keeper::isIdle).toList()));
        }
        if (!retireSome()) {
          return true;
        }
        worked();
        pause = PAUSE_MS;
      } catch (RuntimeException | OutOfMemoryError e) {
        failed(e);
        synchronized (this) {
          sweep |= all;
        }
        ending.await(pause, TimeUnit.MILLISECONDS);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  }

  // A line when it begins and one when it is over, however often it is tried between.
  private synchronized void failed(Throwable e) {
    if (!failing) {
      failing = true;
      log.warn("nodes cannot leave the cache for now, it is tried again: {}", e.toString());
    }
  }

  private synchronized void worked() {
    if (failing) {
      failing = false;
      log.info("nodes leave the cache again");
    }
  }

  /** Returns whether there may be more to do. */
  private boolean retireSome() {
    List<CachedNode> batch = new ArrayList<>();
    synchronized (this) {
      while (batch.size() < BATCH && !doomed.isEmpty()) {
        batch.add(doomed.poll());
      }
      retiring = batch.size();
    }
    if (slots.isLow()) {
      slots.victims(batch);
    }
    if (batch.isEmpty()) {
      return false;
    }
    try {
      retire(batch);
    } finally {
      synchronized (this) {
        retiring = 0;
      }
    }
    return true;
  }

  private void retire(List<CachedNode> nodes) {
    List<CachedNode> leaving = new ArrayList<>(nodes.size());
    for (CachedNode node : nodes) {
      locks.lock(node.nodeid());
      try {
        if (!node.leaving && node.slot >= 0) {
          node.leaving = true;
          cache.dropAttr(node);
          leaving.add(node);
        }
      } finally {
        locks.unlock(node.nodeid());
      }
    }
    if (leaving.isEmpty()) {
      return;
    }
    try {
      cache.gracePeriod();
      synchronized (this) {
        reclaimed += leaving.size();
      }
      keeper.release(leaving);
    } catch (RuntimeException | OutOfMemoryError e) {
      synchronized (this) {
        // Those that nobody would name again. One that was added meanwhile is in it twice then, and
        // is retired once.
        leaving.stream().filter(node -> node.doomed && node.slot >= 0).forEach(doomed::add);
      }
      throw e;
    } finally {
      for (CachedNode node : leaving) {
        locks.lock(node.nodeid());
        node.leaving = false;
        locks.unlock(node.nodeid());
      }
    }
  }

  /** Ends the thread: waits for the grace period that it may be in. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
    }
    ending.countDown();
    work.release();
    try {
      if (running != null) {
        running.join(CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
