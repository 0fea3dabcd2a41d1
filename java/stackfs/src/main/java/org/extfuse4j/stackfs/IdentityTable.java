// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;

/**
 * Finds the node of an object by its key, without allocating. It is apart from the nodeids, which
 * are never used again, because keys are: file systems reuse inode numbers.
 *
 * <p>Guarded by the NodeRegistry's monitor.
 */
final class IdentityTable {
  private StackNode[] buckets = new StackNode[1024];
  private int size;

  /** The node whose key is the first {@code length} bytes of {@code key}, or null. */
  StackNode find(ByteBuffer key, int length, int hash) {
    for (StackNode n = buckets[hash & (buckets.length - 1)]; n != null; n = n.next) {
      if (n.hash == hash && equal(n.key, key, length)) {
        return n;
      }
    }
    return null;
  }

  void add(StackNode node) {
    if (size >= buckets.length) {
      grow();
    }
    int i = node.hash & (buckets.length - 1);
    node.next = buckets[i];
    buckets[i] = node;
    size++;
  }

  /** Removes this very node, if it is there. */
  void remove(StackNode node) {
    int i = node.hash & (buckets.length - 1);
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
        return;
      }
    }
  }

  private void grow() {
    StackNode[] old = buckets;
    buckets = new StackNode[2 * old.length];
    for (StackNode chain : old) {
      StackNode n = chain;
      while (n != null) {
        StackNode next = n.next;
        int i = n.hash & (buckets.length - 1);
        n.next = buckets[i];
        buckets[i] = n;
        n = next;
      }
    }
  }

  static int hash(ByteBuffer key, int length) {
    long h = length;
    for (int i = 0; i < length; i++) {
      h = (h ^ key.get(i)) * 0x100000001b3L;
    }
    return (int) (h ^ (h >>> 32));
  }

  private static boolean equal(byte[] a, ByteBuffer b, int length) {
    if (a.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (a[i] != b.get(i)) {
        return false;
      }
    }
    return true;
  }
}
