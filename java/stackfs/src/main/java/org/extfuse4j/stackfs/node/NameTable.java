// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.nio.ByteBuffer;
import org.extfuse4j.stackfs.source.Key;
import org.extfuse4j.stackfs.source.Numbering;

/**
 * Finds the node that a name of a directory has led to, without allocating: for sources whose
 * objects get other numbers when the kernel has forgotten them ({@link Numbering}). Open
 * addressing, so that nodes of other sources have no field for it.
 *
 * <p>Guarded by the NodeRegistry's monitor.
 */
public final class NameTable {
  private NamedNode[] places = new NamedNode[1024];
  private int size;

  /** The node that was named so last, or null. */
  public NamedNode find(StackNode parent, ByteBuffer name, int offset, int length) {
    int i = place(hash(parent, name, offset, length));
    while (places[i] != null && !places[i].isNamed(parent, name, offset, length)) {
      i = next(i);
    }
    return places[i];
  }

  /** Adds a node that has a name, which no other in it has. */
  public void add(NamedNode node) {
    if (2 * ++size > places.length) {
      NamedNode[] old = places;
      places = new NamedNode[2 * old.length];
      for (NamedNode n : old) {
        if (n != null) {
          put(n);
        }
      }
    }
    put(node);
  }

  /** Removes a node before it loses its name. */
  public void remove(NamedNode node) {
    int i = place(hash(node));
    while (places[i] != node) {
      if (places[i] == null) {
        return;
      }
      i = next(i);
    }
    places[i] = null;
    size--;
    // Those that were put further on because of it.
    for (i = next(i); places[i] != null; i = next(i)) {
      NamedNode moved = places[i];
      places[i] = null;
      put(moved);
    }
  }

  private void put(NamedNode node) {
    int i = place(hash(node));
    while (places[i] != null) {
      i = next(i);
    }
    places[i] = node;
  }

  private static int hash(NamedNode node) {
    long h = node.parent.nodeid();
    for (byte b : node.name) {
      h = h * 31 + b;
    }
    return Key.hash(h);
  }

  private static int hash(StackNode parent, ByteBuffer name, int offset, int length) {
    long h = parent.nodeid();
    for (int i = 0; i < length; i++) {
      h = h * 31 + name.get(offset + i);
    }
    return Key.hash(h);
  }

  private int place(int hash) {
    return hash & (places.length - 1);
  }

  private int next(int place) {
    return place + 1 & (places.length - 1);
  }
}
