// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import org.extfuse4j.cache.map.MapLayout;

/**
 * What a cache is made for.
 *
 * @param maxEntries nodes, and as many names of less than {@value MapLayout#SHORT_NAME} bytes, that
 *     the maps hold at most; for longer names there is room for {@link #maxMiddleNames} and {@link
 *     #maxLongNames} more
 * @param validity what in-kernel answers say of their own life time
 * @param lasting whether all that is put is right until it is changed through the mount. Then the
 *     kernel is told when something changes, and does not ask the programs again before
 */
public record CacheOptions(int maxEntries, Validity validity, boolean lasting) {
  /** The smallest budget: below it there would be nothing but eviction. */
  public static final int MIN_ENTRIES = 64;

  /** The largest: what a slot's number has bits for. */
  public static final int MAX_ENTRIES = 1 << MapLayout.SLOT_BITS;

  // struct htab_elem up to its key, and struct bucket (kernel/bpf/hashtab.c)
  private static final int ELEMENT = 48;
  private static final int BUCKET = 16;
  // What the allocator makes of an element that is not allocated ahead, and its pointer.
  private static final int MIDDLE_ELEMENT = 192;
  private static final int LONG_ELEMENT = 512;

  /** Refuses sizes that no map can have. */
  public CacheOptions {
    if (maxEntries < MIN_ENTRIES || maxEntries > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "a cache of " + maxEntries + " entries: choose from 64 to " + MAX_ENTRIES);
    }
  }

  int maxMiddleNames() {
    return maxEntries / 4;
  }

  int maxLongNames() {
    return maxEntries / 16;
  }

  /** The kernel's memory that the maps have from the beginning, in bytes. */
  public static long memory(int entries) {
    int entry = ELEMENT + MapLayout.EntryKey.SIZE + MapLayout.EntryValue.SIZE;
    int attr = ELEMENT + Long.BYTES + MapLayout.AttrValue.SIZE;
    long buckets = 2 * buckets(entries) + buckets(entries / 4) + buckets(entries / 16);
    return (long) entries * (entry + attr + Long.BYTES) + buckets * BUCKET;
  }

  /** The kernel's memory that the maps take at most, in bytes: with long names in all places. */
  public static long maxMemory(int entries) {
    return memory(entries)
        + (long) entries / 4 * MIDDLE_ELEMENT
        + (long) entries / 16 * LONG_ELEMENT;
  }

  /** How many entries fit into so many bytes of the kernel's memory, whatever names there are. */
  public static int entriesIn(long bytes) {
    int low = 0;
    int high = MAX_ENTRIES;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (maxMemory(middle) <= bytes) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long buckets(int entries) {
    return entries <= 1 ? 1 : Integer.highestOneBit(entries - 1) * 2L;
  }
}
