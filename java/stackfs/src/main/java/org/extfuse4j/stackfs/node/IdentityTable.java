// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import org.extfuse4j.stackfs.source.Key;

/**
 * Finds the node of an object by its key, without allocating. It is apart from the nodeids, which
 * are never used again, because keys are: file systems reuse inode numbers.
 *
 * <p>Guarded by the NodeRegistry's monitor.
 */
public final class IdentityTable {
  private StackNode[] buckets = new StackNode[1024];
  private int size;

  /** The node of the object that has this key, or null. */
  public StackNode find(Key key) {
    StackNode n = buckets[bucket(key.hash())];
    while (n != null && !n.isKeyed(key)) {
      n = n.next;
    }
    return n;
  }

  public void add(StackNode node) {
    if (size >= buckets.length) {
      grow();
    }
    int i = bucket(node.keyHash());
    node.next = buckets[i];
    buckets[i] = node;
    size++;
  }

  /** Removes this very node; whether it was there. */
  public boolean remove(StackNode node) {
    int i = bucket(node.keyHash());
    StackNode before = null;
    for (StackNode n = buckets[i]; n != null; before = n, n = n.next) {
      if (n == node) {
        if (before == null) {
          buckets[i] = n.next;
        } else {
          before.next = n.next;
        }
        n.next = null;
        size--;
        return true;
      }
    }
    return false;
  }

  private void grow() {
    StackNode[] old = buckets;
    buckets = new StackNode[2 * old.length];
    for (StackNode chain : old) {
      StackNode n = chain;
      while (n != null) {
        StackNode next = n.next;
        int i = bucket(n.keyHash());
        n.next = buckets[i];
        buckets[i] = n;
        n = next;
      }
    }
  }

  private int bucket(int hash) {
    return hash & (buckets.length - 1);
  }
}
