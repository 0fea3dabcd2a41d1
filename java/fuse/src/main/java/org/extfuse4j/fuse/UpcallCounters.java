// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many requests came up from the kernel, by opcode. Each thread counts on a lane of its own, so
 * counting is a plain add; a reader sums the lanes and may be a few requests behind. Any thread may
 * read.
 */
public final class UpcallCounters {
  /** Length of a snapshot; an opcode beyond it counts at index 0. */
  public static final int SLOTS = 64;

  private final List<Lane> lanes = new CopyOnWriteArrayList<>();

  /** Requests received so far, by opcode. */
  public long[] snapshot() {
    return sum(0);
  }

  /** Requests answered with an error so far, by opcode; malformed and thrown ones included. */
  public long[] errors() {
    return sum(SLOTS);
  }

  /** Requests received so far with one opcode. */
  public long received(int opcode) {
    long sum = 0;
    for (Lane lane : lanes) {
      sum += lane.counts.getOpaque(slot(opcode));
    }
    return sum;
  }

  Lane lane() {
    Lane lane = new Lane();
    lanes.add(lane);
    return lane;
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
    private final AtomicLongArray counts = new AtomicLongArray(2 * SLOTS);

    void received(int opcode) {
      add(slot(opcode));
    }

    void failed(int opcode) {
      add(SLOTS + slot(opcode));
    }

    private void add(int i) {
      counts.setOpaque(i, counts.getPlain(i) + 1);
    }
  }
}
