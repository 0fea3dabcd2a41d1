// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.MappedArray;
import org.extfuse4j.cache.map.MapLayout.ChangesValue;

/**
 * The map {@code changes}, in memory: a number. While it stands, the kernel does not ask again what
 * the programs have answered in walks. So who replaces or removes what is in the other maps raises
 * it afterwards, and before anybody is told of the change. What was in no map has not been
 * answered: to add it needs no raising.
 */
public final class Changes implements AutoCloseable {
  /** Zero would mean that nobody says what changes. */
  private static final long FIRST = 1;

  private final MappedArray array;

  // Guarded by this.
  private boolean closed;

  public Changes(BpfMap map) {
    array = map.mmap();
    array.setLong(0, ChangesValue.NUMBER, FIRST);
  }

  /** As it is now. */
  public long number() {
    return array.getLong(0, ChangesValue.NUMBER);
  }

  /** Does nothing when closed: nobody is left to ask then. */
  synchronized void raise() {
    if (!closed) {
      array.addLong(0, ChangesValue.NUMBER, 1);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    array.close();
  }
}
