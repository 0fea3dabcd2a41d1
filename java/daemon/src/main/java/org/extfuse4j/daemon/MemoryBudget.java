// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.util.Optional;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheUnavailableException;

/**
 * How large a cache may be where the cgroup has a limit: its maps are allocated at once and count
 * as the daemon's, and who exceeds the limit is killed without a word.
 */
final class MemoryBudget {
  private MemoryBudget() {}

  /**
   * What fits, said in one line if that is not what was asked for.
   *
   * @param wanted as many entries as were asked for
   * @throws CacheUnavailableException in one line, if not even the smallest cache fits
   */
  static int entries(int wanted) {
    Optional<MemoryLimit> limit = MemoryLimit.ofThisProcess();
    if (limit.isEmpty()) {
      return wanted;
    }
    int fits = entries(wanted, limit.get(), Runtime.getRuntime().maxMemory());
    if (fits < wanted) {
      Console.say(
          "the cgroup's memory is %s: the cache takes %d entries, %d MB at most, not %d"
              .formatted(limit.get(), fits, CacheOptions.maxMemory(fits) >> 20, wanted));
    }
    return fits;
  }

  static int entries(int wanted, MemoryLimit limit, long heap) {
    long left = limit.forMaps(heap);
    if (left < CacheOptions.maxMemory(CacheOptions.MIN_ENTRIES)) {
      throw new CacheUnavailableException(
          "the cgroup's memory is "
              + limit
              + ", which is too little for a cache beside the daemon: give it "
              + (MemoryLimit.enough(CacheOptions.maxMemory(wanted)) >> 20)
              + "M",
          null);
    }
    return Math.min(wanted, CacheOptions.entriesIn(left));
  }

  /** Says it if a mount is likely to be killed. */
  static void warn() {
    MemoryLimit.ofThisProcess()
        .filter(limit -> limit.bytes() < MemoryLimit.LEAST)
        .ifPresent(
            limit ->
                Console.say(
                    "the cgroup's memory is %s: the daemon may be killed; give it %dM or more"
                        .formatted(limit, MemoryLimit.LEAST >> 20)));
  }
}
