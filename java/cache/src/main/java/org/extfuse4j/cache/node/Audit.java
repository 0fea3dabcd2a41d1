// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.List;

/**
 * Whether replies + in-kernel answers - forgets add up, at one moment of a living mount.
 *
 * @param nodes that live, the root's included
 * @param held of these, by the kernel
 * @param idle of these, by the cache only
 * @param slots how many nodes have a counter of in-kernel lookups
 * @param faults in words, all that does not add up; empty if the counts are exact
 */
public record Audit(long nodes, long held, long idle, long slots, List<String> faults) {
  /** Keeps a copy. */
  public Audit {
    faults = List.copyOf(faults);
  }
}
