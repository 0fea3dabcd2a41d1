// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.Map;
import java.util.TreeMap;

/**
 * How long requests took: counts in log-linear buckets, eight to a power of two from 64 nanoseconds
 * to a minute, so that what is told of a duration is at most an eighth too high. Immutable.
 *
 * <p>As HdrHistogram's, and not by it: a thread counts here with plain additions that any other may
 * read at any time, in 2 ns. Of HdrHistogram 2.2.2 only what is atomic can be read beside its
 * writer, in 10 ns (AtomicHistogram) or 20 (ConcurrentHistogram) for a count, with 4.9 KB instead
 * of 1.9 for each opcode and thread at one digit; its recorders (11 ns) give each count to one
 * reader only, and there are three: stats, metrics and top.
 */
public final class DurationHistogram {
  private static final int SUB_BITS = 3;
  private static final int SUBS = 1 << SUB_BITS;
  private static final int FIRST_POWER = 6;
  private static final int LAST_POWER = 36;

  /** How many buckets there are; the first has all that is shorter, the last all that is longer. */
  public static final int BUCKETS = (LAST_POWER - FIRST_POWER) * SUBS + 2;

  private final long[] counts;
  private final long sumNs;

  /**
   * Keeps the array.
   *
   * @param counts by bucket
   * @param sumNs nanoseconds of all together
   */
  DurationHistogram(long[] counts, long sumNs) {
    if (counts.length != BUCKETS) {
      throw new IllegalArgumentException(counts.length + " buckets instead of " + BUCKETS);
    }
    this.counts = counts;
    this.sumNs = sumNs;
  }

  /** Counts durations. For one thread. */
  public static final class Counter {
    private final long[] counts = new long[BUCKETS];
    private long sumNs;

    /** Counts one, in nanoseconds; a negative one is 0. */
    public void add(long ns) {
      counts[bucket(ns)]++;
      sumNs += Math.max(0, ns);
    }

    /** What was counted so far. */
    public DurationHistogram histogram() {
      return new DurationHistogram(counts.clone(), sumNs);
    }
  }

  /**
   * One that was written down.
   *
   * @param byBucket counts by the index of their bucket
   * @throws IllegalArgumentException for what {@link #byBucket} has not made
   */
  public static DurationHistogram of(Map<Integer, Long> byBucket, long sumNs) {
    long[] counts = new long[BUCKETS];
    byBucket.forEach(
        (bucket, count) -> {
          if (bucket < 0 || bucket >= BUCKETS) {
            throw new IllegalArgumentException("there is no bucket " + bucket);
          }
          counts[bucket] = count;
        });
    return new DurationHistogram(counts, sumNs);
  }

  /** The counts by the index of their bucket, of those that are not empty. */
  public Map<Integer, Long> byBucket() {
    Map<Integer, Long> used = new TreeMap<>();
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] != 0) {
        used.put(i, counts[i]);
      }
    }
    return used;
  }

  /** The bucket of a duration in nanoseconds. */
  static int bucket(long ns) {
    if (ns < 1L << FIRST_POWER) {
      return 0;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(ns);
    if (power >= LAST_POWER) {
      return BUCKETS - 1;
    }
    int sub = (int) (ns >>> (power - SUB_BITS)) & (SUBS - 1);
    return 1 + (power - FIRST_POWER) * SUBS + sub;
  }

  /**
   * The shortest duration in nanoseconds that is too long for a bucket; {@link Long#MAX_VALUE} for
   * the last.
   */
  public static long end(int bucket) {
    if (bucket >= BUCKETS - 1) {
      return Long.MAX_VALUE;
    }
    int power = FIRST_POWER + bucket / SUBS;
    return (long) (SUBS + bucket % SUBS) << (power - SUB_BITS);
  }

  /** How many requests are in a bucket. */
  public long count(int bucket) {
    return counts[bucket];
  }

  /** How many requests there are. */
  public long count() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Nanoseconds of all requests together. */
  public long sumNs() {
    return sumNs;
  }

  /** What came after an earlier reading. */
  public DurationHistogram minus(DurationHistogram earlier) {
    long[] rest = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      rest[i] = counts[i] - earlier.counts[i];
    }
    return new DurationHistogram(rest, sumNs - earlier.sumNs);
  }

  /** The requests of both. */
  public DurationHistogram plus(DurationHistogram other) {
    long[] all = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      all[i] = counts[i] + other.counts[i];
    }
    return new DurationHistogram(all, sumNs + other.sumNs);
  }

  /**
   * Nanoseconds that a share of the requests, from 0 to 1, took at most; 1 is the longest. -1 if
   * there are none, {@link Long#MAX_VALUE} if it is beyond the last bucket's beginning.
   */
  public long quantileNs(double share) {
    long all = count();
    if (all == 0) {
      return -1;
    }
    long rank = Math.max(1, (long) Math.ceil(share * all));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return end(i);
      }
    }
    return Long.MAX_VALUE;
  }
}
