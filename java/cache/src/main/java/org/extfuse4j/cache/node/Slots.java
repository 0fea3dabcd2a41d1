// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.map.MapLayout;

/**
 * The counters of in-kernel lookups, nlookup_map: handlers add, the daemon reads without a system
 * call. A node that has one, its slot, may have attributes in attr_map, so there are as many slots
 * as the budget allows nodes to be cached. Slots are the scarce good: the hand of a clock (CLOCK,
 * as page caches have it) finds those that no handler has used for a while.
 *
 * <p>Its monitor is the innermost lock; {@link CachedNode#slot} changes inside it only.
 */
public final class Slots {
  private static final long USED = MapLayout.USED;
  private static final long OPEN = MapLayout.OPEN;
  private static final long COUNT = ~(USED | OPEN);

  /** Where the counters are. */
  public interface Counters {
    long get(int slot);

    void set(int slot, long value);

    boolean compareAndSet(int slot, long expected, long value);
  }

  private static final int CHUNK = 4096;
  private static final int SWEEP = 16_384;

  private final Counters counters;
  private final int capacity;
  private final int low;
  private final int enough;

  // Guarded by this.
  private CachedNode[] owners;
  private int[] free = new int[64];
  private int freeCount;
  private int unused;
  private int hand;
  private Runnable lowAlarm = () -> {};

  public Slots(Counters counters, int capacity) {
    this.counters = counters;
    this.capacity = capacity;
    owners = new CachedNode[Math.min(capacity, 1024)];
    low = Math.min(capacity / 2, Math.max(16, Math.min(capacity / 64, 4096)));
    enough = 2 * low;
  }

  /** Slots that a cache without a kernel half has: none. */
  public static Slots none() {
    return new Slots(null, 0);
  }

  int capacity() {
    return capacity;
  }

  /** Told, with locks held, that slots are nearly or all in use. */
  synchronized void onLow(Runnable alarm) {
    lowAlarm = alarm;
  }

  /** Gives a node a slot, unless it has one; returns false if none is free or the node is dead. */
  public boolean hold(CachedNode node) {
    int slot = node.slot;
    if (slot < 0) {
      return acquire(node);
    }
    long count = counters.get(slot);
    if (count >= 0) {
      // If it fails, a handler has just used it.
      counters.compareAndSet(slot, count, count | USED);
    }
    return true;
  }

  private synchronized boolean acquire(CachedNode node) {
    if (node.dead) {
      return false;
    }
    if (node.slot >= 0) {
      return true;
    }
    if (free() <= low) {
      lowAlarm.run();
    }
    int slot;
    if (freeCount > 0) {
      slot = free[--freeCount];
    } else if (unused < capacity) {
      slot = unused++;
    } else {
      return false;
    }
    if (slot >= owners.length) {
      owners = Arrays.copyOf(owners, Math.min(capacity, 2 * owners.length));
    }
    counters.set(slot, node.open ? USED | OPEN : USED);
    owners[slot] = node;
    node.slot = slot;
    return true;
  }

  /**
   * Takes a node's slot away. Its attributes must be gone and a grace period over, so that no
   * handler can still count in it.
   *
   * @return what the handlers have counted, to be added to the node's own count under the monitor
   *     of the registry that also holds this call
   */
  synchronized long release(CachedNode node) {
    int slot = node.slot;
    if (slot < 0) {
      return 0;
    }
    long word = counters.get(slot);
    node.open = (word & OPEN) != 0;
    node.slot = -1;
    owners[slot] = null;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * free.length);
    }
    free[freeCount++] = slot;
    return word & COUNT;
  }

  /** The node is about to die: it gets no slot any more. Returns false if it has one. */
  synchronized boolean bury(CachedNode node) {
    if (node.slot >= 0) {
      return false;
    }
    node.dead = true;
    return true;
  }

  /** How often handlers have handed the node out since it got its slot. */
  long lookups(CachedNode node) {
    int slot = node.slot;
    return slot < 0 ? 0 : counters.get(slot) & COUNT;
  }

  /** See {@link MetadataCache#openNames}. */
  public boolean open(CachedNode node) {
    return !swapOpen(node, true);
  }

  /** See {@link MetadataCache#closeNames}. */
  public void close(CachedNode node) {
    swapOpen(node, false);
  }

  // Handlers count in the same word meanwhile, and open.
  private synchronized boolean swapOpen(CachedNode node, boolean open) {
    int slot = node.slot;
    boolean before = node.open;
    if (slot < 0) {
      node.open = open;
      return before;
    }
    long word;
    do {
      word = counters.get(slot);
    } while (!counters.compareAndSet(slot, word, open ? word | OPEN : word & ~OPEN));
    return (word & OPEN) != 0;
  }

  /** See {@link MetadataCache#areNamesOpen}. */
  public synchronized boolean isOpen(CachedNode node) {
    return node.slot < 0 ? node.open : (counters.get(node.slot) & OPEN) != 0;
  }

  /** How many slots nobody has. */
  synchronized int free() {
    return capacity - unused + freeCount;
  }

  synchronized boolean isLow() {
    return capacity > 0 && free() <= low;
  }

  /** Adds nodes that were not used lately until enough slots would be free; for one thread. */
  void victims(List<CachedNode> to) {
    int wanted = enough - free();
    long limit = 2L * capacity;
    for (long scanned = 0; to.size() < wanted && scanned < limit; scanned += CHUNK) {
      advance(to, wanted);
    }
  }

  private synchronized void advance(List<CachedNode> to, int wanted) {
    for (int i = 0; i < CHUNK && unused > 0 && to.size() < wanted; i++) {
      if (hand >= unused) {
        hand = 0;
      }
      CachedNode owner = owners[hand];
      if (owner != null) {
        long count = counters.get(hand);
        if (count >= 0) {
          to.add(owner);
        } else {
          counters.compareAndSet(hand, count, count & ~USED);
        }
      }
      hand++;
    }
  }

  /** Calls for each node with a slot, some thousands at a time; nodes may come and go meanwhile. */
  void forEach(Consumer<List<CachedNode>> action) {
    for (int from = 0; ; from += SWEEP) {
      List<CachedNode> some;
      synchronized (this) {
        if (from >= unused) {
          return;
        }
        some =
            Arrays.stream(owners, from, Math.min(unused, from + SWEEP))
                .filter(owner -> owner != null)
                .toList();
      }
      action.accept(some);
    }
  }

  /** The owner of a slot, or null. */
  synchronized CachedNode owner(int slot) {
    return slot < 0 || slot >= unused ? null : owners[slot];
  }
}
