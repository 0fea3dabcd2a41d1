// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/**
 * What a cache is made for.
 *
 * @param maxEntries names, and as many nodes, that the maps hold at most; a full map passes further
 *     ones by
 * @param validity what in-kernel answers say of their own life time
 */
public record CacheOptions(int maxEntries, Validity validity) {
  /** Refuses sizes that no map can have. */
  public CacheOptions {
    if (maxEntries < 1 || maxEntries > 1 << 26) {
      throw new IllegalArgumentException(
          "a cache of " + maxEntries + " entries: choose from 1 to " + (1 << 26));
    }
  }
}
