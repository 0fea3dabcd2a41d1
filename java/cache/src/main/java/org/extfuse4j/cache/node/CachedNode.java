// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import org.extfuse4j.cache.map.AbsentXattr;
import org.extfuse4j.cache.map.MapLayout;

/**
 * What the cache keeps of a node. A file system extends it with what it needs to find the backing
 * file. There may be millions: every field counts.
 */
public abstract class CachedNode {
  private final long nodeid;

  // Guarded by the NodeRegistry's monitor: replies that handed the node out, and what was counted
  // in slots that it had before, minus what the kernel has returned.
  long balance;

  // Written inside the monitor of Slots: its counter, or -1.
  public volatile int slot = -1;

  // Guarded by the monitor of Slots: gets no slot any more.
  boolean dead;

  // Guarded by the monitor of Slots, of a node without a slot: see Slots.open.
  boolean open;

  // Guarded by the NodeRegistry's monitor: no name leads to it, and it waits for being reclaimed.
  volatile boolean gone;
  boolean doomed;

  // Guarded by the node's lock (NodeLocks): a node that is losing its slot takes no attributes.
  public boolean leaving;

  // Guarded by the node's lock: bits of AbsentXattr, true of the epoch only.
  private byte absent;
  private int absentEpoch;

  // Guarded by the node's lock: bits in one byte, for the size.
  private byte flags;

  private static final int OPENS_IN_KERNEL = 1;
  private static final int IN_ATTR_MAP = 2;

  /** A node with an id that was never used before on this mount ({@link NodeRegistry#newId}). */
  protected CachedNode(long nodeid) {
    this.nodeid = nodeid;
  }

  /** The kernel's name for this node. */
  public final long nodeid() {
    return nodeid;
  }

  /** Whether the last that was heard of it is that no name leads to it. */
  public final boolean isNameless() {
    return gone;
  }

  /**
   * The node does not have an extended attribute; it is cached when the attributes are put next.
   *
   * @param bit see {@link AbsentXattr#bit}
   * @param epoch of the cache, read before that was found out
   */
  public final void knowAbsent(int bit, int epoch) {
    absent = (byte) (absent(epoch) | bit);
    absentEpoch = epoch;
  }

  /**
   * The object was made just now, by the request that the node is made for, and nobody can reach
   * the node yet: it has no capabilities, because nothing but setxattr(2) gives any.
   *
   * @param epoch of the cache, read before the object was made
   */
  public final void knowNew(int epoch) {
    knowAbsent(MapLayout.NO_CAPABILITY, epoch);
  }

  /** The node is about to get or lose extended attributes. */
  public final void forgetAbsent() {
    absent = 0;
  }

  /**
   * Whether the kernel may open the directory by itself, from when the attributes are put next:
   * what it keeps of its names, if anything, is as of now.
   */
  public final void setOpensInKernel(boolean opensInKernel) {
    setFlag(OPENS_IN_KERNEL, opensInKernel);
  }

  public final boolean opensInKernel() {
    return (flags & OPENS_IN_KERNEL) != 0;
  }

  /** Whether attr_map may have it. */
  public final boolean inAttrMap() {
    return (flags & IN_ATTR_MAP) != 0;
  }

  public final void setInAttrMap(boolean inAttrMap) {
    setFlag(IN_ATTR_MAP, inAttrMap);
  }

  private void setFlag(int flag, boolean on) {
    flags = (byte) (on ? flags | flag : flags & ~flag);
  }

  public final int absent(int epoch) {
    return absentEpoch == epoch ? absent : 0;
  }
}
