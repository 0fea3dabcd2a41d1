// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.nio.ByteBuffer;
import org.extfuse4j.stackfs.ops.MountContext;
import org.extfuse4j.stackfs.source.Key;
import org.extfuse4j.stackfs.source.NameResolver;

/** A node of a source without file handles: {@link NameResolver} leads to its object. */
public final class NamedNode extends StackNode {
  /** Guarded by the NodeRegistry's monitor to be changed: {@link MountContext#renumber}. */
  private volatile long inode;

  /**
   * The directory and the name in it that led to the object last; both null for the root and for an
   * object that has lost this name, whose descriptor is pinned.
   *
   * <p>Guarded by the NodeRegistry's monitor, both at once. That they are read and then walked
   * takes time, in which no name may change through the mount: a walk holds {@link NameResolver}'s
   * lock for reading, and whoever takes a name away or moves it holds it for writing from before
   * the system call until this is changed. A name that is only found or made (LOOKUP, CREATE, LINK)
   * needs no more than the monitor: the name that was here before leads to the same object, or to
   * another one or none, which the walk notices. The lock of the directory's node, held from the
   * look at the source until this is changed, keeps a name from being taken away in between.
   */
  public NamedNode parent;

  public byte[] name;

  public NamedNode(long nodeid, Key key) {
    super(nodeid, key);
    inode = key.inode;
  }

  @Override
  public boolean isKeyed(Key key) {
    return key.inode == inode && super.isKeyed(key);
  }

  @Override
  public long inode() {
    return inode;
  }

  /** The kernel has read the object again, and calls it by another number. */
  public void renumber(long inode) {
    this.inode = inode;
  }

  /** Whether this is the key of the node's object but for the inode number. */
  public boolean isLike(Key key) {
    return super.isKeyed(key);
  }

  /** Whether this is the name that led to it last; inside the NodeRegistry's monitor. */
  public boolean isNamed(StackNode parent, ByteBuffer name, int offset, int length) {
    if (this.parent != parent || this.name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (this.name[i] != name.get(offset + i)) {
        return false;
      }
    }
    return true;
  }
}
