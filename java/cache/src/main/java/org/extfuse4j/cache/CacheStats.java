// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.StatsValue;

/** What the handlers and the kernel counted by opcode and outcome, summed over the CPUs. */
public final class CacheStats {
  private final long[][] counts;

  private CacheStats(long[][] counts) {
    this.counts = counts;
  }

  /** Requests of an opcode that ended so. */
  public long count(int opcode, Outcome outcome) {
    return counts[opcode][outcome.index];
  }

  /** Requests of an opcode that the kernel answered, or had no need to make. */
  public long answered(int opcode) {
    return Outcome.IN_KERNEL.stream().mapToLong(outcome -> count(opcode, outcome)).sum();
  }

  public static CacheStats read(BpfMap stats) {
    long[][] counts = new long[MapLayout.OPS_COUNT][Outcome.COUNT];
    NativeBuffer key = NativeBuffer.allocate(Integer.BYTES);
    NativeBuffer value = NativeBuffer.allocate(stats.valueBufferSize());
    ByteBuffer perCpu = value.buffer();
    try {
      for (int opcode = 0; opcode < MapLayout.OPS_COUNT; opcode++) {
        key.buffer().putInt(0, opcode);
        int rc = stats.lookup(key.address(), value.address());
        if (rc < 0) {
          throw new IllegalStateException("cannot read the map stats: errno " + -rc);
        }
        for (int at = 0; at < perCpu.capacity(); at += StatsValue.SIZE) {
          for (int i = 0; i < Outcome.COUNT; i++) {
            counts[opcode][i] += perCpu.getLong(at + i * Long.BYTES);
          }
        }
      }
    } finally {
      Reference.reachabilityFence(key);
      Reference.reachabilityFence(value);
    }
    return new CacheStats(counts);
  }
}
