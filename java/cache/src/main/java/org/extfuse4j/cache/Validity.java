// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/**
 * How long the kernel may trust an answer without asking again, in nanoseconds; 0 is "ask every
 * time", which the maps make cheap. The same times go into replies and into in-kernel answers.
 *
 * @param entryNs that a name leads to a node
 * @param attrNs the attributes of a node
 * @param negativeNs that a name does not exist
 */
public record Validity(long entryNs, long attrNs, long negativeNs) {
  /** Nothing is trusted for a time. */
  public static final Validity NONE = new Validity(0, 0, 0);

  /** Refuses negative times. */
  public Validity {
    if (entryNs < 0 || attrNs < 0 || negativeNs < 0) {
      throw new IllegalArgumentException("a validity time is negative");
    }
  }
}
