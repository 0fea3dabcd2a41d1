// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import java.util.List;
import java.util.function.Supplier;
import org.extfuse4j.cache.map.MapRecord;

/**
 * The sizes of maps, which can be had by reading the maps only. However often one asks, that takes
 * a hundredth of a processor at most: what is told may be as old as a hundred times the time that
 * the reading takes, 2 seconds for 131,072 names. Not thread-safe.
 */
final class MapSizes {
  private static final long SHARE = 100;

  private final Supplier<List<MapRecord>> maps;
  private List<MapRecord> last = List.of();
  private boolean read;
  private long notBefore;

  MapSizes(Supplier<List<MapRecord>> maps) {
    this.maps = maps;
  }

  List<MapRecord> read(long now) {
    if (!read || now - notBefore >= 0) {
      last = maps.get();
      read = true;
      long took = System.nanoTime() - now;
      notBefore = now + SHARE * took;
    }
    return last;
  }
}
