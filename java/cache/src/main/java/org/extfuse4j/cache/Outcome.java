// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/** What became of a request that a handler saw: enum outcome of bpf/maps.h, in its order. */
public enum Outcome {
  /** Answered in the kernel with a positive reply. */
  ANSWERED(0),
  /** Answered in the kernel: no such name, or no such extended attribute. */
  NEGATIVE(1),
  /** Up: the name is not in entry_map. */
  MISS_ENTRY(2),
  /** Up: the node is not in attr_map. */
  MISS_ATTR(3),
  /** Up: marked stale by a change, or a directory of which another stream keeps the names. */
  MISS_STALE(4),
  /** Up: too old, or of an old epoch. */
  MISS_EXPIRED(5),
  /** Up: the copy was torn. */
  MISS_TORN(6),
  /** Up: a change, and what it touches is marked. */
  MARKED(7),
  /** Up: no handler, switched off, or odd arguments. */
  PASSED(8);

  static final int COUNT = PASSED.index + 1;

  final int index;

  Outcome(int index) {
    this.index = index;
  }
}
