// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.util.Arrays;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.MappedArray;

/**
 * The counters of in-kernel lookups, nlookup_map, mapped into memory: handlers add, the daemon
 * reads without a system call. Each node has a slot while it lives.
 */
final class KernelLookups implements AutoCloseable {
  private final MappedArray counters;
  private final int slots;
  // Slots given back, a stack; and the first slot that was never used.
  private int[] free = new int[1024];
  private int freeCount;
  private int unused;

  KernelLookups(BpfMap map) {
    counters = map.mmap();
    slots = map.maxEntries();
  }

  synchronized int acquire() {
    int slot;
    if (freeCount > 0) {
      slot = free[--freeCount];
    } else if (unused < slots) {
      slot = unused++;
    } else {
      return -1;
    }
    counters.setLong(slot, 0, 0);
    return slot;
  }

  synchronized void release(int slot) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * free.length);
    }
    free[freeCount++] = slot;
  }

  long count(int slot) {
    return counters.getLong(slot, 0);
  }

  @Override
  public void close() {
    counters.close();
  }
}
