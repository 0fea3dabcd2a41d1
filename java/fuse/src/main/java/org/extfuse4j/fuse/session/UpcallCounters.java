// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What became of the requests that came up from the kernel, by opcode: how many were received, how
 * many succeeded and failed, how long they took. Each thread counts on a lane of its own, so
 * counting is a plain add; a reader sums the lanes and may be a few requests behind. Any thread may
 * read.
 */
public final class UpcallCounters {
  /** Length of a snapshot; an opcode beyond it counts at index 0. */
  public static final int SLOTS = 64;

  private static final int RECEIVED = 0;
  private static final int FAILED = SLOTS;
  private static final int SUCCEEDED = 2 * SLOTS;
  private static final int COUNTS = 3 * SLOTS;

  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Lane> unused = new ConcurrentLinkedQueue<>();

  /** Requests received so far, by opcode. */
  public long[] snapshot() {
    return sum(RECEIVED);
  }

  /**
   * Requests answered with an error so far, by opcode; malformed and thrown ones included. One that
   * missed its deadline counts as what the file system made of it in the end.
   */
  public long[] errors() {
    return sum(FAILED);
  }

  /** Requests done without an error so far, by opcode; those that take no reply included. */
  public long[] successes() {
    return sum(SUCCEEDED);
  }

  /** Requests received so far with one opcode. */
  public long received(int opcode) {
    long sum = 0;
    for (Lane lane : lanes) {
      sum += lane.counts.getOpaque(slot(opcode));
    }
    return sum;
  }

  /**
   * How long the requests with an opcode took so far, from the moment they were read until the
   * reply was written; errors included, and what is still under way not.
   */
  public DurationHistogram durations(int opcode) {
    long[] buckets = new long[DurationHistogram.BUCKETS];
    long sumNs = 0;
    for (Lane lane : lanes) {
      AtomicLongArray durations = lane.durations;
      int row = slot(opcode) * Lane.ROW;
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] += durations.getOpaque(row + i);
      }
      sumNs += durations.getOpaque(row + Lane.SUM);
    }
    return new DurationHistogram(buckets, sumNs);
  }

  /** A lane for a thread; one that another thread has left, if there is one. */
  Lane lane() {
    Lane left = unused.poll();
    if (left != null) {
      return left;
    }
    Lane lane = new Lane();
    lanes.add(lane);
    return lane;
  }

  /** The thread of a lane has ended, or counts no more. */
  void leave(Lane lane) {
    unused.add(lane);
  }

  private long[] sum(int base) {
    long[] sums = new long[SLOTS];
    for (Lane lane : lanes) {
      for (int i = 0; i < SLOTS; i++) {
        sums[i] += lane.counts.getOpaque(base + i);
      }
    }
    return sums;
  }

  private static int slot(int opcode) {
    return opcode > 0 && opcode < SLOTS ? opcode : 0;
  }

  /** The counts of one thread; only that thread writes. */
  static final class Lane {
    private static final int SUM = DurationHistogram.BUCKETS;
    private static final int ROW = SUM + 1;

    private final AtomicLongArray counts = new AtomicLongArray(COUNTS);
    private final AtomicLongArray durations = new AtomicLongArray(SLOTS * ROW); // 124 KB

    void received(int opcode) {
      add(counts, RECEIVED + slot(opcode), 1);
    }

    void done(int opcode, boolean success) {
      add(counts, (success ? SUCCEEDED : FAILED) + slot(opcode), 1);
    }

    void took(int opcode, long ns) {
      int row = slot(opcode) * ROW;
      add(durations, row + DurationHistogram.bucket(ns), 1);
      add(durations, row + SUM, ns);
    }

    private static void add(AtomicLongArray array, int i, long n) {
      array.setOpaque(i, array.getPlain(i) + n);
    }
  }
}
