// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfBatch;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * Reads a hash map from end to end, a thousand elements in a call, whatever its size. While others
 * change the map, an element that stays is seen exactly once.
 */
public final class MapSweep {
  private static final int BATCH = 1024;

  private final BpfMap map;
  private final BpfBatch batch;
  private int room = BATCH;
  private NativeBuffer keys;
  private NativeBuffer values;

  public MapSweep(BpfMap map) {
    this.map = map;
    batch = map.newBatch();
    allocate();
  }

  /**
   * Reads the next elements.
   *
   * @return how many there are in {@link #keys} and {@link #values}; -1 at the end
   */
  public int next() {
    if (room == 0) {
      return -1;
    }
    int rc = batch.lookup(keys.address(), values.address(), room);
    if (rc == -Errno.ENOSPC) {
      room *= 2; // a bucket with more elements than that
      allocate();
      return 0;
    }
    if (rc == -Errno.ENOENT) {
      room = 0;
    } else if (rc < 0) {
      throw new IllegalStateException("cannot read " + map + ": " + Errno.name(rc));
    }
    return batch.done();
  }

  public ByteBuffer keys() {
    return keys.buffer();
  }

  public ByteBuffer values() {
    return values.buffer();
  }

  private void allocate() {
    keys = NativeBuffer.allocate(room * map.keySize());
    values = NativeBuffer.allocate(room * map.valueSize());
  }
}
