// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.util.ArrayDeque;

/**
 * O_PATH descriptors of nodes: a bounded number of those used last, more only while they are in
 * use, or pinned because nothing else could lead to the object again.
 *
 * <p>Its monitor is the innermost lock.
 */
final class PathFds {
  private static final int LIMIT = 512;

  private final Source source;
  private final ArrayDeque<StackNode> ring = new ArrayDeque<>();

  PathFds(Source source) {
    this.source = source;
  }

  /**
   * A descriptor of the node's object, until {@link #release}.
   *
   * @return the descriptor or a negative errno (-ESTALE: the object is gone)
   */
  int acquire(Scratch s, StackNode node) {
    synchronized (this) {
      if (node.fd >= 0) {
        node.fdUsers++;
        return node.fd;
      }
    }
    int fd = source.openPath(s, node);
    return fd < 0 ? fd : install(node, fd);
  }

  /** Gives a descriptor that was just opened to its node, and acquires the one the node has. */
  synchronized int install(StackNode node, int fd) {
    node.fdUsers++;
    if (node.fd >= 0) {
      Libc.close(fd);
      return node.fd;
    }
    node.fd = fd;
    if (source.hasHandles()) {
      ring.add(node);
      evict();
    } else {
      node.fdPinned = true;
    }
    return fd;
  }

  synchronized void release(StackNode node) {
    node.fdUsers--;
    if (node.fdDead) {
      closeUnused(node);
    }
  }

  /** The object has lost its last name: its descriptor is the only way to it. */
  synchronized void pin(StackNode node) {
    node.fdPinned = true;
  }

  /** The node has died. */
  synchronized void drop(StackNode node) {
    node.fdDead = true;
    node.fdPinned = false;
    closeUnused(node);
  }

  private void evict() {
    for (int tries = ring.size(); ring.size() > LIMIT && tries > 0; tries--) {
      StackNode oldest = ring.poll();
      if (oldest.fd < 0 || oldest.fdPinned) {
        continue;
      }
      if (oldest.fdUsers > 0) {
        ring.add(oldest);
      } else {
        closeUnused(oldest);
      }
    }
  }

  private static void closeUnused(StackNode node) {
    if (node.fd >= 0 && node.fdUsers == 0) {
      Libc.close(node.fd);
      node.fd = -1;
    }
  }
}
