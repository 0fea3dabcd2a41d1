// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.extfuse4j.fuse.Syscalls;

/**
 * Takes slots away from nodes, many at a time: drops their attributes, without which LOOKUP cannot
 * answer; waits for a grace period, after which no handler counts any more; then has the counts
 * read for the last time. One thread, that starts when there is something to do.
 */
final class Reclaimer implements AutoCloseable {
  /** Who knows the counts. */
  interface Keeper {
    /** Whether the kernel has forgotten the node. */
    boolean isIdle(CachedNode node);

    /** No handler can count for these nodes any more. */
    void release(List<CachedNode> nodes);
  }

  private static final int BATCH = 4096;
  private static final int CLOSE_MS = 5000;

  private final MetadataCache cache;
  private final Slots slots;
  private final NodeLocks locks;
  private final Keeper keeper;
  private final Semaphore work = new Semaphore(0);

  // Guarded by this. Each node is in it once, so it is never longer than there are slots.
  private final ArrayDeque<CachedNode> doomed = new ArrayDeque<>();
  private boolean sweep;
  private long reclaimed;
  private Thread thread;
  private boolean closed;

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
    return doomed.size();
  }

  /** Nodes whose slots were taken so far. */
  synchronized long reclaimed() {
    return reclaimed;
  }

  /** Slots are low. Callers may hold any lock. */
  synchronized void wake() {
    if (thread == null && !closed) {
      thread = new Thread(this::run, "extfuse-reclaim");
      thread.setDaemon(true);
      thread.start();
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
        boolean all;
        do {
          synchronized (this) {
            if (closed) {
              return;
            }
            all = sweep;
            sweep = false;
          }
          if (all) {
            slots.forEach(nodes -> retire(nodes.stream().filter(keeper::isIdle).toList()));
          }
        } while (retireSome());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether there may be more to do. */
  private boolean retireSome() {
    List<CachedNode> batch = new ArrayList<>();
    synchronized (this) {
      while (batch.size() < BATCH && !doomed.isEmpty()) {
        batch.add(doomed.poll());
      }
    }
    if (slots.isLow()) {
      slots.victims(batch);
    }
    if (batch.isEmpty()) {
      return false;
    }
    retire(batch);
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
    cache.gracePeriod();
    synchronized (this) {
      reclaimed += leaving.size();
    }
    keeper.release(leaving);
    for (CachedNode node : leaving) {
      locks.lock(node.nodeid());
      node.leaving = false;
      locks.unlock(node.nodeid());
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
