// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import org.extfuse4j.jnrfuse.node.PathNode;

/** The nodes that an operation changes, from {@link Freshness#begin} to {@link Freshness#end}. */
public final class Change {
  static final int MOST = 4;

  final PathNode[] nodes = new PathNode[MOST];
  final long[] counts = new long[MOST];

  /** What {@link #alone} said of the first node when the change ended. */
  boolean wasAlone;

  /** Nobody else changed this node meanwhile; call it with the node's lock held. */
  boolean alone(int i) {
    return nodes[i].changing == 1 && nodes[i].changes == counts[i];
  }
}
