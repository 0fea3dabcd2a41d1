// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import org.extfuse4j.bpf.MappedArray;
import org.extfuse4j.cache.node.Slots;

/** The map nlookup_map, in memory. */
public record Nlookup(MappedArray array) implements Slots.Counters, AutoCloseable {
  @Override
  public long get(int slot) {
    return array.getLong(slot, 0);
  }

  @Override
  public void set(int slot, long value) {
    array.setLong(slot, 0, value);
  }

  @Override
  public boolean compareAndSet(int slot, long expected, long value) {
    return array.compareAndSetLong(slot, 0, expected, value);
  }

  @Override
  public void close() {
    array.close();
  }
}
