// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.MappedArray;
import org.extfuse4j.cache.MapLayout.ChangesValue;

/**
 * The map {@code changes}, in memory: a number. While it stands, the kernel does not ask again what
 * the programs have answered in walks. So who replaces or removes what is in the other maps raises
 * it afterwards, and before anybody is told of the change. What was in no map has not been
 * answered: to add it needs no raising.
 */
final class Changes implements AutoCloseable {
  /** Zero would mean that nobody says what changes. */
  private static final long FIRST = 1;

  private final MappedArray array;

  Changes(BpfMap map) {
    array = map.mmap();
    array.setLong(0, ChangesValue.NUMBER, FIRST);
  }

  void raise() {
    array.addLong(0, ChangesValue.NUMBER, 1);
  }

  @Override
  public void close() {
    array.close();
  }
}
