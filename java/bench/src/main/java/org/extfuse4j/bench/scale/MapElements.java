// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.lang.ref.Reference;
import org.extfuse4j.bpf.BpfBatch;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.daemon.CommandException;

/** Counts what is in a hash map: the kernel does not say. */
final class MapElements {
  private static final int BATCH = 4096;

  private MapElements() {}

  static int count(BpfMap map) {
    NativeBuffer keys = NativeBuffer.allocate(BATCH * map.keySize());
    NativeBuffer values = NativeBuffer.allocate(BATCH * map.valueSize());
    BpfBatch batch = map.newBatch();
    int count = 0;
    try {
      while (true) {
        int rc = batch.lookup(keys.address(), values.address(), BATCH);
        if (rc != 0 && rc != -Errno.ENOENT) {
          throw new CommandException("cannot read the map " + map.name() + ": " + Errno.name(-rc));
        }
        count += batch.done();
        if (rc != 0) {
          return count;
        }
      }
    } finally {
      Reference.reachabilityFence(keys);
      Reference.reachabilityFence(values);
    }
  }
}
