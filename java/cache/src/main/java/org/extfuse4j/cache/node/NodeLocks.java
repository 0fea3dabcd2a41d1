// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locks of nodes. For a node, {look at the backing file, write the map} and {change the backing
 * file, write the map} exclude each other by its lock.
 *
 * <p>Lock order: first the locks of nodes, all that an operation needs at once through {@link
 * #lock(long, long, long, long)}, which takes them in one order; then the monitor of {@link
 * NodeRegistry}; then locks that file systems keep for their own tables. An operation that holds a
 * node's lock takes no other node's, unless it does not wait for it ({@link #tryLock}). Replies are
 * sent, grace periods waited for and notices given with none held.
 *
 * <p>Locks are shared between nodes (striped), so their number does not grow with the nodes.
 */
public final class NodeLocks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /** Makes the locks of one mount. */
  public NodeLocks() {
    Arrays.setAll(stripes, i -> new ReentrantLock());
  }

  /** Locks one node. */
  public void lock(long nodeid) {
    assert !holdsAny() : "a thread that holds a node's lock takes another";
    stripes[stripe(nodeid)].lock();
  }

  /** Locks one more node if nobody has it; the thread may hold others. */
  public boolean tryLock(long nodeid) {
    return stripes[stripe(nodeid)].tryLock();
  }

  /** Unlocks what {@link #lock(long)} or {@link #tryLock} locked. */
  public void unlock(long nodeid) {
    stripes[stripe(nodeid)].unlock();
  }

  /** Locks up to four nodes in one order; 0 stands for none. */
  public void lock(long a, long b, long c, long d) {
    assert !holdsAny() : "a thread that holds a node's lock takes another";
    long sorted = sorted(a, b, c, d);
    for (int i = 3; i >= 0; i--) {
      int stripe = (int) (sorted >>> (16 * i)) & 0xffff;
      if (stripe < STRIPES) {
        stripes[stripe].lock();
      }
    }
  }

  /** Unlocks what {@link #lock(long, long, long, long)} locked with the same arguments. */
  public void unlock(long a, long b, long c, long d) {
    long sorted = sorted(a, b, c, d);
    for (int i = 0; i < 4; i++) {
      int stripe = (int) (sorted >>> (16 * i)) & 0xffff;
      if (stripe < STRIPES) {
        stripes[stripe].unlock();
      }
    }
  }

  private boolean holdsAny() {
    for (ReentrantLock stripe : stripes) {
      if (stripe.isHeldByCurrentThread()) {
        return true;
      }
    }
    return false;
  }

  // Four stripes in ascending order, 16 bits each, most significant first; 0xffff is none. Locks
  // are reentrant, so that two nodes may share a stripe.
  private static long sorted(long a, long b, long c, long d) {
    int w = orNone(a);
    int x = orNone(b);
    int y = orNone(c);
    int z = orNone(d);
    int lowWx = Math.min(w, x);
    int highWx = Math.max(w, x);
    int lowYz = Math.min(y, z);
    int highYz = Math.max(y, z);
    int first = Math.min(lowWx, lowYz);
    int last = Math.max(highWx, highYz);
    int m = Math.max(lowWx, lowYz);
    int n = Math.min(highWx, highYz);
    return (long) first << 48
        | (long) Math.min(m, n) << 32
        | (long) Math.max(m, n) << 16
        | (long) last;
  }

  private static int orNone(long nodeid) {
    return nodeid == 0 ? 0xffff : stripe(nodeid);
  }

  private static int stripe(long nodeid) {
    return (int) ((nodeid * 0x9e3779b97f4a7c15L) >>> 54);
  }
}
