// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;
import org.extfuse4j.stackfs.source.Key;

/**
 * Nodes that have died lately because the kernel had forgotten them, for those who hold a handle of
 * the mount (name_to_handle_at(2), NFS servers): it says no more than the nodeid. A nodeid that is
 * here comes back to life for the object that it was for, and for no other: by its handle, or when
 * a name leads to the object again, so that no object ever has two nodeids.
 *
 * <p>Not more than {@link #LIMIT}; about 110 bytes each. Guarded by the NodeRegistry's monitor.
 */
public final class Forgotten {
  static final int LIMIT = 1 << 16;

  private final Long2ObjectHashMap<StackNode> byId = new Long2ObjectHashMap<>();
  private final IdentityTable byKey = new IdentityTable();

  // The oldest first; among them some that have come back to life meanwhile.
  private final ArrayDeque<StackNode> order = new ArrayDeque<>(LIMIT / 16);
  private int limit = LIMIT;

  /** A node has died, whose object lives on as far as is known. */
  public void add(StackNode node) {
    byId.put(node.nodeid(), node);
    byKey.add(node);
    order.add(node);
    while (order.size() > limit) {
      remove(order.poll());
    }
  }

  /** Removes and returns the node that had this nodeid, or null. */
  public StackNode take(long nodeid) {
    return remove(byId.get(nodeid));
  }

  /** Removes and returns the node of the object that has this key, or null. */
  public StackNode take(Key key) {
    return remove(byKey.find(key));
  }

  /** Another limit than {@link #LIMIT}. */
  public void limit(int limit) {
    this.limit = limit;
  }

  private StackNode remove(StackNode node) {
    if (node == null || byId.get(node.nodeid()) != node) {
      return null;
    }
    byId.remove(node.nodeid());
    byKey.remove(node);
    return node;
  }
}
