// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.nio.ByteBuffer;
import org.extfuse4j.stackfs.node.PathFds;
import org.extfuse4j.stackfs.node.StackNode;

/**
 * How the objects of a source are told apart, and reached again without a descriptor for each: by
 * file handles where it has them, else by names. Methods about names do nothing for handles.
 */
public interface Resolver {
  /**
   * Puts the key of what {@code fd} refers to into {@link Scratch#key}. Two objects of the source
   * that live at the same time have different ones.
   *
   * @return 0 or a negative errno
   */
  int identify(Scratch s, int fd);

  /**
   * The same for a name in a directory, without opening anything.
   *
   * @param name the address of the name
   * @return 0 or a negative errno; -EOPNOTSUPP if it takes a descriptor
   */
  int identify(Scratch s, int dir, long name);

  /** A node of the object that has this key. */
  StackNode newNode(long nodeid, Key key);

  /**
   * Opens the object of a node that has no descriptor, and no other object. Takes no node's lock.
   *
   * @return the node's descriptor, acquired, or a negative errno (-ESTALE: the object is gone)
   */
  int open(Scratch s, StackNode node, PathFds fds);

  /**
   * The name leads to the node; with the lock of the parent's node and inside the registry's
   * monitor, in which the node and its parent live.
   *
   * @param name has the name's bytes at {@code offset}
   */
  void named(StackNode node, StackNode parent, ByteBuffer name, int offset, int length);

  /**
   * The node that the name has led to, where what it leads to now, which has this key, may be the
   * same object under another key; inside the registry's monitor.
   *
   * @return null if there is none, or objects keep their keys
   */
  default StackNode findNamed(Key key, StackNode parent, ByteBuffer name, int offset, int length) {
    return null;
  }

  /** Whether all names of a file lead to one node. */
  default boolean findsLinks() {
    return true;
  }

  /**
   * The name does not lead to the node any more; inside the registry's monitor.
   *
   * @return whether that was how the node was reached
   */
  boolean unnamed(StackNode node, StackNode parent, ByteBuffer name, int offset, int length);

  /**
   * The directory that a node is named in, where that is how it is reached; inside the registry's
   * monitor.
   */
  default StackNode parent(StackNode node) {
    return null;
  }

  /** Whether anything leads to the node's object; inside the registry's monitor. */
  boolean resolves(StackNode node);

  /**
   * Names are about to be taken away or moved; with the locks of the nodes concerned.
   *
   * @return for {@link #endChange}, which is to be called when the nodes have been told
   */
  long beginChange();

  /** The names have changed, and their nodes have been told. */
  void endChange(long change);

  /** The node has died; inside the registry's monitor. */
  void died(StackNode node);
}
