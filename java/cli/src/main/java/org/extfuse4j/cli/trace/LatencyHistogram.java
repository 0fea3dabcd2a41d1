// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.OptionalLong;

/**
 * Counts times in buckets that are an eighth of a power of two wide, so that a percentile is at
 * most 13 % too high, whatever the number of times.
 */
final class LatencyHistogram {
  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB];
  private long total;

  void add(long ns) {
    counts[bucket(Math.max(0, ns))]++;
    total++;
  }

  long count() {
    return total;
  }

  /** The time that a share of all do not exceed, from above; empty without any. */
  OptionalLong percentile(double percent) {
    if (total == 0) {
      return OptionalLong.empty();
    }
    long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return OptionalLong.of(highest(i));
      }
    }
    throw new AssertionError("counts do not add up");
  }

  private static int bucket(long ns) {
    if (ns < SUB) {
      return (int) ns;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(ns) - SUB_BITS;
    return (shift + 1) * SUB + (int) (ns >>> shift) - SUB;
  }

  private static long highest(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }
}
