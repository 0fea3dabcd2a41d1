// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/**
 * What the cache keeps of a node. A file system extends it with what it needs to find the backing
 * file.
 */
public abstract class CachedNode {
  private final long nodeid;

  // Guarded by the NodeRegistry.
  int slot = -1;
  long replies;
  boolean idle;

  // Guarded by the node's lock (NodeLocks): a node that is being reclaimed takes no attributes.
  boolean dying;

  /** A node with an id that was never used before on this mount ({@link NodeRegistry#newId}). */
  protected CachedNode(long nodeid) {
    this.nodeid = nodeid;
  }

  /** The kernel's name for this node. */
  public final long nodeid() {
    return nodeid;
  }
}
