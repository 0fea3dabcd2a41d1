// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

/**
 * The nodes of a mount in numbers, each read by itself.
 *
 * @param nodes that live, the root's included
 * @param slots of nodes that may have attributes in the in-kernel cache
 * @param slotCapacity how many slots there are; 0 without the in-kernel cache
 * @param reclaimed slots that were taken away so far, for other nodes or because theirs was gone
 * @param reclaimBacklog forgotten nodes that wait for theirs to be taken
 */
public record NodeCounts(
    long nodes, long slots, long slotCapacity, long reclaimed, long reclaimBacklog) {}
