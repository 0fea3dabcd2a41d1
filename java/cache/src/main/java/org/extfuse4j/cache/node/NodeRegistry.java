// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.Request;

/**
 * The nodes that live, by nodeid, and how often the kernel holds each.
 *
 * <p>The kernel counts a lookup for every reply and every in-kernel answer that hands out a node,
 * and returns counts by FORGET. A node dies when replies + in-kernel answers - forgets is zero and
 * no handler can hand it out any more, which is when it has no slot ({@link Slots}). So a forgotten
 * node that has one stays cached, until it is among those used least lately when the budget is used
 * up, or has lost its last name. {@link Reclaimer} takes slots away.
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

  private final Slots slots;
  private final Consumer<N> removed;
  private final Long2ObjectHashMap<N> byId = new Long2ObjectHashMap<>();
  private final Reclaimer reclaimer;
  private final Irregularities irregularities = new Irregularities();
  private final long generation;
  private long lastId = ROOT_ID;

  /**
   * A registry without nodes.
   *
   * @param removed told, inside the monitor, of each node that has died
   */
  public NodeRegistry(MetadataCache cache, NodeLocks locks, Consumer<N> removed) {
    this.slots = cache.slots();
    this.removed = removed;
    this.generation = cache.generation();
    this.reclaimer = new Reclaimer(cache, locks, new Keeper());
    slots.onLow(reclaimer::wake);
  }

  /** A nodeid that was never used on this mount. */
  public synchronized long newId() {
    return ++lastId;
  }

  /** The generation of all nodes ({@link MetadataCache#generation}). */
  public long generation() {
    return generation;
  }

  /** Adds a node; its count is zero until it is retained. */
  public synchronized void add(N node) {
    byId.put(node.nodeid(), node);
  }

  /** The node, or null if the kernel has forgotten it: the answer is then ESTALE. */
  public synchronized N get(long nodeid) {
    N node = byId.get(nodeid);
    if (node == null) {
      irregularities.add("a request for node " + nodeid + ", which the kernel had let go");
    }
    return node;
  }

  /** The same where the kernel may have let it go: when it closes what it has opened. */
  public synchronized N find(long nodeid) {
    return byId.get(nodeid);
  }

  /** The node, or null if there is none or the cache, as it is now, cannot have its attributes. */
  public synchronized N findCached(long nodeid) {
    N node = byId.get(nodeid);
    return node != null && node.slot >= 0 ? node : null;
  }

  /** Whether the kernel has looked the node up by itself since the cache has its attributes. */
  public boolean isAnswered(N node) {
    return slots.lookups(node) > 0;
  }

  /** A reply is about to hand the node out once. */
  public synchronized void retain(N node) {
    node.balance++;
  }

  /** How many nodes there are. */
  public synchronized int size() {
    return byId.size();
  }

  /** How many nodes there are and were; takes no time, whatever their number. */
  public NodeCounts counts() {
    return new NodeCounts(
        size(),
        slots.capacity() - slots.free(),
        slots.capacity(),
        reclaimer.reclaimed(),
        reclaimer.waiting());
  }

  /** Nodeids that the kernel holds, and how often; not the root's. */
  public synchronized Map<Long, Long> held() {
    Map<Long, Long> held = new TreeMap<>();
    byId.forEach((nodeid, node) -> held.put(nodeid, held(node)));
    held.remove(ROOT_ID);
    held.values().removeIf(count -> count == 0);
    return held;
  }

  /**
   * FORGET, or a reply that handed the node out and was refused. It is done when this returns: no
   * queue can grow in a flood of them, and the kernel itself lets other requests pass in between.
   */
  public synchronized void forget(long nodeid, long nlookup) {
    if (nodeid == ROOT_ID) {
      return;
    }
    N node = byId.get(nodeid);
    if (node == null) {
      irregularities.add("FORGET of node " + nodeid + ", which the kernel had let go");
      return;
    }
    node.balance -= nlookup;
    long held = held(node);
    if (held < 0) {
      irregularities.add("FORGET of node " + nodeid + ": its count is " + held);
    }
    mayDie(node, held);
  }

  /**
   * The kernel has refused a reply: what it handed out is not held. Of READDIRPLUS, which may hand
   * out several, the file system takes back each.
   */
  public void takeBack(Request rq, Reply rp) {
    switch (rq.opcode()) {
      case FuseOpcode.LOOKUP,
          FuseOpcode.MKNOD,
          FuseOpcode.MKDIR,
          FuseOpcode.SYMLINK,
          FuseOpcode.LINK,
          FuseOpcode.CREATE,
          FuseOpcode.TMPFILE -> {
        long nodeid = rp.payload().getLong(EntryOut.NODEID);
        if (nodeid != 0) { // else it said that there is no such name
          forget(nodeid, 1);
        }
      }
      default -> {}
    }
  }

  /**
   * Whether names lead to the node. One without, that the kernel has forgotten, is not kept in the
   * cache: nobody can find it.
   */
  public synchronized void named(N node, boolean named) {
    node.gone = !named;
    mayDie(node, held(node));
  }

  // Without a slot it dies now; with one, the reclaimer has to take that away.
  private void mayDie(CachedNode node, long held) {
    if (held != 0 || node.nodeid() == ROOT_ID || byId.get(node.nodeid()) != node) {
      return;
    }
    if (slots.bury(node)) {
      removed.accept(byId.remove(node.nodeid()));
    } else if (node.gone && !node.doomed) {
      node.doomed = true;
      reclaimer.add(node);
    }
  }

  /** Lets go of all nodes that are kept only because they are cached. Does not wait for it. */
  public void reclaimIdle() {
    reclaimer.sweep();
  }

  /** How often the kernel holds the node. Call it inside the monitor. */
  private long held(CachedNode node) {
    return node.balance + slots.lookups(node);
  }

  private final class Keeper implements Reclaimer.Keeper {
    @Override
    public boolean isIdle(CachedNode node) {
      synchronized (NodeRegistry.this) {
        return held(node) == 0 && node.nodeid() != ROOT_ID;
      }
    }

    @Override
    public void release(List<CachedNode> nodes) {
      synchronized (NodeRegistry.this) {
        for (CachedNode node : nodes) {
          node.balance += slots.release(node);
          node.doomed = false;
          mayDie(node, node.balance);
        }
      }
    }
  }

  /** See {@link Audit}. */
  public Audit audit() {
    List<String> found = new ArrayList<>();
    long held = 0;
    long idle = 0;
    synchronized (this) {
      irregularities.list(found);
      for (N node : byId.values()) {
        long count = held(node);
        boolean root = node.nodeid() == ROOT_ID;
        if (count < 0 && !root) {
          found.add("node " + node.nodeid() + " is held " + count + " times");
        }
        if (count == 0 && node.slot < 0 && !root) {
          found.add("node " + node.nodeid() + " is held by nobody, nor cached, and still here");
        }
        if (node.slot >= 0 && slots.owner(node.slot) != node) {
          found.add(
              "node " + node.nodeid() + " counts in slot " + node.slot + ", which is another's");
        }
        held += count > 0 ? 1 : 0;
        idle += count == 0 && !root ? 1 : 0;
      }
      return new Audit(byId.size(), held, idle, slots.capacity() - slots.free(), found);
    }
  }

  /** Ends the reclaiming; nodes are not told. Not with a lock held, and before the cache ends. */
  @Override
  public void close() {
    reclaimer.close();
  }
}
