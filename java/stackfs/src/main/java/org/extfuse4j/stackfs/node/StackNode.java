// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.stackfs.source.CaseRule;
import org.extfuse4j.stackfs.source.Key;

/**
 * A file, directory or other object of the source that the kernel knows by a nodeid. There may be
 * millions, so it is small, and a handle as short as ext4's takes no object of its own.
 */
public class StackNode extends CachedNode {
  private static final int LENGTH = 0xf;
  private static final int NAMES_SHIFT = 4;

  // The object's key: a short one is in three fields, any other in longKey.
  private final long shortKey;
  private final byte shortType;
  private byte lengthAndNames; // what is not the length is CaseRule's, guarded by the node's lock
  private final byte[] longKey;

  // Guarded by the NodeRegistry's monitor: the chain in IdentityTable.
  StackNode next;

  // Guarded by PathFds: the O_PATH descriptor or -1, how many use it, and the file of this node
  // that was opened last, or -1.
  public int fd = -1;
  public int fdUsers;
  int file = -1;
  public byte pin = PathFds.UNPINNED;

  // Written with both the NodeRegistry's and PathFds' monitor held.
  public boolean dead;

  // Guarded by the node's lock: how many changes are under way that nothing tells the end of by
  // looking at the object, and whether the cache may have its attributes.
  public int changes;
  public boolean shown;

  /** A node of the object that has this key. */
  public StackNode(long nodeid, Key key) {
    super(nodeid);
    if (key.isShort()) {
      shortKey = key.shortData();
      shortType = (byte) key.type();
      lengthAndNames = (byte) key.length();
      longKey = null;
    } else {
      shortKey = 0;
      shortType = 0;
      lengthAndNames = 0;
      longKey = key.toBytes();
    }
  }

  /** Whether this is the key of the node's object. */
  public boolean isKeyed(Key key) {
    if (longKey != null) {
      return key.equalTo(longKey);
    }
    return key.length() == shortLength()
        && key.type() == Byte.toUnsignedInt(shortType)
        && key.shortData() == shortKey;
  }

  /** What {@link Key#hash} of the node's key is. */
  final int keyHash() {
    return longKey == null ? Key.hash(shortKey + inode()) : Key.hash(longKey, inode());
  }

  /** {@link Key#inode} of the node's key. */
  public long inode() {
    return 0;
  }

  public final void copyKey(Key to) {
    if (longKey == null) {
      to.set(Byte.toUnsignedInt(shortType), shortLength(), shortKey);
    } else {
      to.set(longKey);
    }
  }

  private int shortLength() {
    return lengthAndNames & LENGTH;
  }

  /** Of a directory, what {@link CaseRule} knows of its names; with the node's lock held. */
  public final byte names() {
    return (byte) (lengthAndNames >>> NAMES_SHIFT);
  }

  /** The same, to be known from now on. */
  public final void names(byte known) {
    lengthAndNames = (byte) (shortLength() | known << NAMES_SHIFT);
  }
}
