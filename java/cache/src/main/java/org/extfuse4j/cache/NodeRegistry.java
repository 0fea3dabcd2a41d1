// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The nodes that live, by nodeid, and how often the kernel holds each.
 *
 * <p>The kernel counts a lookup for every reply and every in-kernel answer that hands out a node,
 * and returns counts by FORGET. A node dies when replies + in-kernel answers - forgets is zero and
 * no handler can hand it out any more: its attributes are dropped (without them LOOKUP cannot
 * answer), a grace period passes, and the count is read again. A forgotten node stays cached until
 * there are more than the budget, or a new node finds no slot; without a cache it dies at once.
 *
 * <p>The registry's monitor guards the counts. A file system that finds nodes by another key must
 * find and {@link #retain} inside one {@code synchronized (registry)}, or the node could die in
 * between.
 *
 * @param <N> the file system's nodes
 */
public final class NodeRegistry<N extends CachedNode> implements AutoCloseable {
  /** The kernel's nodeid of every mount's root (FUSE_ROOT_ID). */
  public static final long ROOT_ID = 1;

  private static final int RECLAIM_BATCH = 1024;

  private final MetadataCache cache;
  private final NodeLocks locks;
  private final int maxIdle;
  private final Consumer<N> removed;
  private final Long2ObjectHashMap<N> byId = new Long2ObjectHashMap<>();
  private final ArrayDeque<N> idle = new ArrayDeque<>();
  private long lastId = ROOT_ID;
  private Thread reclaimer;
  // A node found no slot while idle ones had some.
  private boolean starved;
  private boolean closed;

  /**
   * A registry without nodes.
   *
   * @param maxIdle how many nodes that the kernel has forgotten may stay cached
   * @param removed told, inside the monitor, of each node that has died
   */
  public NodeRegistry(MetadataCache cache, NodeLocks locks, int maxIdle, Consumer<N> removed) {
    this.cache = cache;
    this.locks = locks;
    this.maxIdle = maxIdle;
    this.removed = removed;
  }

  /** A nodeid that was never used on this mount. */
  public synchronized long newId() {
    return ++lastId;
  }

  /** Adds a node; its count is zero until it is retained. */
  public synchronized void add(N node) {
    node.slot = cache.acquireSlot();
    byId.put(node.nodeid(), node);
    if (node.slot < 0 && !idle.isEmpty()) {
      starved = true;
      wakeReclaimer();
    }
  }

  /** The node, or null if the kernel has forgotten it: the answer is then ESTALE. */
  public synchronized N get(long nodeid) {
    return byId.get(nodeid);
  }

  /** A reply is about to hand the node out once. */
  public synchronized void retain(N node) {
    node.replies++;
  }

  /** How many nodes there are. */
  public synchronized int size() {
    return byId.size();
  }

  /** Nodeids that the kernel holds, and how often; not the root's. */
  synchronized Map<Long, Long> held() {
    Map<Long, Long> held = new TreeMap<>();
    byId.forEach((nodeid, node) -> held.put(nodeid, held(node)));
    held.remove(ROOT_ID);
    held.values().removeIf(count -> count == 0);
    return held;
  }

  /** FORGET, or a reply that handed the node out and was refused. */
  public synchronized void forget(long nodeid, long nlookup) {
    N node = byId.get(nodeid);
    if (node == null || nodeid == ROOT_ID) {
      return;
    }
    node.replies -= nlookup;
    if (held(node) != 0 || node.idle) {
      return;
    }
    if (node.slot < 0) {
      remove(node);
      return;
    }
    node.idle = true;
    idle.add(node);
    if (idle.size() > maxIdle) {
      wakeReclaimer();
    }
  }

  private void wakeReclaimer() {
    if (reclaimer == null && !closed) {
      reclaimer = new Thread(this::reclaimLoop, "extfuse-reclaim");
      reclaimer.setDaemon(true);
      reclaimer.start();
    }
    notifyAll();
  }

  /** How often the kernel holds the node. Call it inside the monitor. */
  private long held(N node) {
    return node.replies + cache.lookups(node.slot);
  }

  private void remove(N node) {
    if (byId.remove(node.nodeid()) == null) {
      return; // went idle once more while it was being reclaimed
    }
    removed.accept(node);
    if (node.slot >= 0) {
      cache.releaseSlot(node.slot);
      node.slot = -1;
    }
  }

  private void reclaimLoop() {
    while (true) {
      List<N> batch = new ArrayList<>();
      synchronized (this) {
        while (!closed && !starved && idle.size() <= maxIdle) {
          try {
            wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (closed) {
          return;
        }
        // A little more than is needed, so that a grace period pays for many nodes.
        int wanted = Math.min(idle.size(), Math.max(0, idle.size() - maxIdle) + RECLAIM_BATCH);
        starved = false;
        for (int i = 0; i < wanted; i++) {
          N node = idle.poll();
          node.idle = false;
          if (held(node) == 0) {
            batch.add(node);
          }
        }
      }
      reclaim(batch);
    }
  }

  private void reclaim(List<N> batch) {
    for (N node : batch) {
      locks.lock(node.nodeid());
      try {
        node.dying = true;
        cache.dropAttr(node);
      } finally {
        locks.unlock(node.nodeid());
      }
    }
    cache.gracePeriod();
    List<N> survivors = new ArrayList<>();
    synchronized (this) {
      for (N node : batch) {
        if (held(node) == 0) {
          remove(node);
        } else {
          survivors.add(node);
        }
      }
    }
    for (N node : survivors) {
      locks.lock(node.nodeid());
      node.dying = false;
      locks.unlock(node.nodeid());
    }
  }

  /** Ends the reclaiming; nodes are not told. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
