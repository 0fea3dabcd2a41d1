// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.util.List;

/**
 * What became of a request that a handler saw, or that the kernel had no need to make: enum outcome
 * of bpf/maps.h, in its order.
 */
public enum Outcome {
  /**
   * Not asked again in a walk, as nothing had changed since: no request, but answered in the kernel
   * all the same. Counted by the kernel itself.
   */
  UNCHANGED(0),
  /** Answered in the kernel with a positive reply. */
  ANSWERED(1),
  /** Answered in the kernel: no such name, or no such extended attribute. */
  NEGATIVE(2),
  /** Up: the name is not in entry_map. */
  MISS_ENTRY(3),
  /** Up: the node is not in attr_map. */
  MISS_ATTR(4),
  /** Up: marked stale by a change, or a directory of which another stream keeps the names. */
  MISS_STALE(5),
  /** Up: too old, or of an old epoch. */
  MISS_EXPIRED(6),
  /** Up: the copy was torn. */
  MISS_TORN(7),
  /** Up: a change, and what it touches is marked. */
  MARKED(8),
  /** Up: no handler, switched off, or odd arguments. */
  PASSED(9);

  /** Those of which nothing went up. */
  public static final List<Outcome> IN_KERNEL = List.of(UNCHANGED, ANSWERED, NEGATIVE);

  public static final int COUNT = PASSED.index + 1;

  public final int index;

  Outcome(int index) {
    this.index = index;
  }
}
