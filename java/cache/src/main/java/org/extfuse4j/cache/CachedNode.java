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

  // Guarded by the node's lock: bits of AbsentXattr, true of the epoch only.
  private int absent;
  private int absentEpoch;

  /** A node with an id that was never used before on this mount ({@link NodeRegistry#newId}). */
  protected CachedNode(long nodeid) {
    this.nodeid = nodeid;
  }

  /** The kernel's name for this node. */
  public final long nodeid() {
    return nodeid;
  }

  /**
   * The node does not have an extended attribute; it is cached when the attributes are put next.
   *
   * @param bit see {@link AbsentXattr#bit}
   * @param epoch of the cache, read before that was found out
   */
  public final void knowAbsent(int bit, int epoch) {
    absent = absent(epoch) | bit;
    absentEpoch = epoch;
  }

  /** The node is about to get or lose extended attributes. */
  public final void forgetAbsent() {
    absent = 0;
  }

  final int absent(int epoch) {
    return absentEpoch == epoch ? absent : 0;
  }
}
