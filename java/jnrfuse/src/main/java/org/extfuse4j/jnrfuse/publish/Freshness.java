// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Listings.Listing;

/**
 * Keeps the in-kernel cache right although no lock is held while a callback runs: callbacks are
 * foreign code that may block, or use the mount.
 *
 * <p>Each node counts its changes and invalidations. What a callback told is put into the maps,
 * under the node's lock, only if the count is what it was before the callback and no change is
 * under way. A change counts when it begins and when it ends, and at its end, before the reply,
 * drops what it made untrue. So whatever was looked at during a change, or before one that ended
 * meanwhile, is discarded.
 *
 * <p>The file system may change by itself, so everything put has an absolute expiry, counted from
 * before the callback. Not cached at all are the attributes of a file that is open for writing, and
 * of one with several paths, whose changes by another path are not seen here.
 */
public final class Freshness {
  private static final int S_IFMT = 0170000;
  private static final int S_IFDIR = 0040000;

  private final MetadataCache cache;
  private final NodeLocks locks;
  private final Validity validity;

  public Freshness(MetadataCache cache, NodeLocks locks, Validity validity) {
    this.cache = cache;
    this.locks = locks;
    this.validity = validity;
  }

  /** Whether anything is cached in the kernel's maps. */
  boolean on() {
    return cache.active();
  }

  /** Whether the kernel may keep the names of directories: both that one is there, and is not. */
  boolean keepsListings() {
    return cache.active() && listingNs() > 0;
  }

  /** Until when the names are believed that a callback of this operation has told. */
  public long listingUntil(Call c) {
    return c.startedNs + listingNs();
  }

  private long listingNs() {
    return Math.min(validity.entryNs(), validity.negativeNs());
  }

  /** Whether nothing has happened to a directory, and not too much time, since it was told. */
  public boolean isValid(PathNode node, Listing listing) {
    return node.changes == listing.changes()
        && cache.epoch() == listing.epoch()
        && System.nanoTime() - listing.untilNs() < 0;
  }

  /** Before the first callback of an operation. */
  public void start(Call c) {
    if (cache.active()) {
      c.epoch = cache.epoch();
      c.startedNs = System.nanoTime();
    }
  }

  /** An operation begins to change nodes; null stands for none. {@link #end} must follow. */
  public Change begin(Call c, PathNode a, PathNode b, PathNode d, PathNode e) {
    Change change = c.change;
    change.nodes[0] = a;
    change.nodes[1] = b;
    change.nodes[2] = d;
    change.nodes[3] = e;
    if (cache.active()) {
      lock(change);
      try {
        for (int i = 0; i < Change.MOST; i++) {
          PathNode node = change.nodes[i];
          if (node != null) {
            node.changing++;
            node.changed();
          }
        }
        // One node may be there twice: its count is the last.
        for (int i = 0; i < Change.MOST; i++) {
          change.counts[i] = change.nodes[i] == null ? 0 : change.nodes[i].changes;
        }
      } finally {
        unlock(change);
      }
    }
    return change;
  }

  /** Before the reply: nothing is known any more of the nodes, nor of a name in the first. */
  public void end(Change change, Request rq, int name) {
    if (cache.active()) {
      ending(
          change,
          () -> {
            if (name >= 0) {
              dropEntry(change.nodes[0], rq, name);
            }
          },
          () -> dropAttrs(change));
    }
  }

  /** As {@link #end}, for a name in the first node and one in the second. */
  public void endRename(Change change, Request rq, int name, int newName) {
    if (cache.active()) {
      ending(
          change,
          () -> {
            dropEntry(change.nodes[0], rq, name);
            dropEntry(change.nodes[1], rq, newName);
          },
          () -> dropAttrs(change));
    }
  }

  /** As {@link #end}, and the name in the first node leads to a new node. */
  public void endCreate(Call c, Change change, Request rq, int name, PathNode child) {
    if (cache.active()) {
      PathNode parent = change.nodes[0];
      ending(
          change,
          () -> {
            if (change.alone(0)) {
              putEntry(c, parent, rq, name, child.nodeid(), validity.entryNs());
            } else {
              dropEntry(parent, rq, name);
            }
          },
          () -> dropAttrs(change));
    }
  }

  /** As {@link #end}, and the attributes of the first node are those at an offset now. */
  public void endWithAttr(Call c, Change change, ByteBuffer attr, int offset) {
    if (cache.active()) {
      PathNode node = change.nodes[0];
      ending(
          change,
          () -> change.wasAlone = change.alone(0),
          () -> {
            if (change.wasAlone && cacheable(node, attr, offset)) {
              putAttr(c, node, attr, offset);
            } else {
              cache.dropAttr(node);
            }
          });
    }
  }

  // A change that was begun is over whatever happens here: else nothing of its nodes would be
  // cached any more, or nobody could lock them.
  private void ending(Change change, Runnable before, Runnable after) {
    lock(change);
    try {
      try {
        before.run();
      } finally {
        for (PathNode node : change.nodes) {
          if (node != null) {
            node.changing--;
            node.changed();
          }
        }
        after.run();
      }
    } finally {
      unlock(change);
    }
  }

  /** A lookup found a node, or null. */
  public void fillEntry(
      Call c, PathNode parent, long changes, Request rq, int name, PathNode child) {
    long valid = child == null ? validity.negativeNs() : validity.entryNs();
    if (!cache.active() || valid == 0) {
      return;
    }
    locks.lock(parent.nodeid());
    try {
      if (parent.changing == 0 && parent.changes == changes) {
        putEntry(c, parent, rq, name, child == null ? 0 : child.nodeid(), valid);
      }
    } finally {
      locks.unlock(parent.nodeid());
    }
  }

  /**
   * A callback told the attributes of a node.
   *
   * @param changes the node's count before the callback
   */
  public void fillAttr(Call c, PathNode node, long changes, ByteBuffer attr, int offset) {
    if (!cache.active()) {
      return;
    }
    locks.lock(node.nodeid());
    try {
      if (!cacheable(node, attr, offset)) {
        cache.dropAttr(node);
      } else if (node.changing == 0 && node.changes == changes) {
        putAttr(c, node, attr, offset);
      }
    } finally {
      locks.unlock(node.nodeid());
    }
  }

  /** A file was opened for writing, or closed again. */
  public void writers(PathNode node, int more) {
    changed(node, () -> node.writers += more);
  }

  /** A node has a second path from now on. */
  public void linked(PathNode node) {
    if (node != null) {
      changed(node, () -> node.linked = true);
    }
  }

  /** Nothing is known of the attributes of a node. */
  public void invalidate(PathNode node) {
    changed(node, () -> {});
  }

  private void changed(PathNode node, Runnable how) {
    if (cache.active()) {
      locks.lock(node.nodeid());
      try {
        how.run();
        node.changed();
        cache.dropAttr(node);
      } finally {
        locks.unlock(node.nodeid());
      }
    }
  }

  /** Nothing is known of a name in a directory. */
  public void invalidate(PathNode parent, byte[] name) {
    if (cache.active()) {
      locks.lock(parent.nodeid());
      try {
        parent.changed();
        cache.dropEntry(parent.nodeid(), ByteBuffer.wrap(name), 0, name.length);
      } finally {
        locks.unlock(parent.nodeid());
      }
    }
  }

  /** Nothing is known at all. */
  void invalidateAll() {
    cache.flush();
  }

  private boolean cacheable(PathNode node, ByteBuffer attr, int offset) {
    if (node.writers > 0 || node.linked || validity.attrNs() == 0) {
      return false;
    }
    boolean directory = (attr.getInt(offset + Attr.MODE) & S_IFMT) == S_IFDIR;
    return directory || Integer.compareUnsigned(attr.getInt(offset + Attr.NLINK), 1) <= 0;
  }

  private void putEntry(Call c, PathNode parent, Request rq, int name, long child, long validNs) {
    int at = rq.bodyOffset() + name;
    long left = left(c, validNs);
    if (left > 0) {
      int expires = Expiry.in(left);
      cache.putEntry(
          parent.nodeid(), rq.buffer(), at, rq.nameLength(name), child, c.epoch, expires);
    } else {
      cache.dropEntry(parent.nodeid(), rq.buffer(), at, rq.nameLength(name));
    }
  }

  private void putAttr(Call c, PathNode node, ByteBuffer attr, int offset) {
    long left = left(c, validity.attrNs());
    if (left > 0) {
      cache.putAttr(node, attr, offset, c.epoch, Expiry.in(left));
    } else {
      cache.dropAttr(node);
    }
  }

  // What a callback told is as old as the operation.
  private static long left(Call c, long validNs) {
    return c.startedNs + validNs - System.nanoTime();
  }

  private void dropEntry(PathNode parent, Request rq, int name) {
    cache.dropEntry(parent.nodeid(), rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
  }

  private void dropAttrs(Change change) {
    for (PathNode node : change.nodes) {
      if (node != null) {
        cache.dropAttr(node);
      }
    }
  }

  private void lock(Change change) {
    PathNode[] n = change.nodes;
    locks.lock(id(n[0]), id(n[1]), id(n[2]), id(n[3]));
  }

  private void unlock(Change change) {
    PathNode[] n = change.nodes;
    locks.unlock(id(n[0]), id(n[1]), id(n[2]), id(n[3]));
  }

  private static long id(PathNode node) {
    return node == null ? 0 : node.nodeid();
  }
}
