// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfMapType;

/**
 * A map of a mount as a whole.
 *
 * @param type as bpftool calls it
 * @param elements how many it holds now; -1 for arrays, which always hold all
 * @param capacity how many fit
 * @param memory bytes of the kernel's memory, by its own reckoning
 */
public record MapRecord(String name, String type, long elements, int capacity, long memory) {
  /** A map, whose elements are counted if it is a hash: that reads all of it. */
  public static MapRecord of(String name, BpfMap map) {
    long elements = map.type() == BpfMapType.HASH ? count(map) : -1;
    return new MapRecord(
        name, BpfMapType.name(map.type()), elements, map.maxEntries(), map.memory());
  }

  /** The same with a number of elements that is known. */
  public MapRecord withElements(long known) {
    return new MapRecord(name, type, known, capacity, memory);
  }

  private static long count(BpfMap map) {
    MapSweep sweep = new MapSweep(map);
    long elements = 0;
    for (int n = sweep.next(); n >= 0; n = sweep.next()) {
      elements += n;
    }
    return elements;
  }
}
