// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.cache.CachedNode;

/** A file, directory or other object of the source that the kernel knows by a nodeid. */
final class StackNode extends CachedNode {
  /** Identifies the object (see {@link Source#identify}); null once it is another node's. */
  final byte[] key;

  final int hash;

  // Guarded by the NodeRegistry's monitor: the chain in IdentityTable.
  StackNode next;

  // Guarded by PathFds.
  int fd = -1;
  int fdUsers;
  boolean fdPinned;
  boolean fdDead;

  // Guarded by the node's lock: how many open files may write.
  int writers;

  StackNode(long nodeid, byte[] key, int hash) {
    super(nodeid);
    this.key = key;
    this.hash = hash;
  }
}
