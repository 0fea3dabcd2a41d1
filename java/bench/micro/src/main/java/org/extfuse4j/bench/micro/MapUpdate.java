// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.micro;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.bpf.BpfBatch;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfMapType;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to write an element of a hash map of this machine's kernel, of the size of a
 * name's, one by one and many in a call. Needs root.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MapUpdate {
  private static final int BATCH = 128;
  private static final int KEY_BYTES = 32;
  private static final int VALUE_BYTES = 40;
  private static final int CAPACITY = 1 << 14;

  private final NativeBuffer keys = NativeBuffer.allocate(BATCH * KEY_BYTES);
  private final NativeBuffer values = NativeBuffer.allocate(BATCH * VALUE_BYTES);
  private BpfMap map;
  private BpfBatch batch;

  @Setup
  public void make() {
    map = BpfMap.create(BpfMapType.HASH, "bench_update", KEY_BYTES, VALUE_BYTES, CAPACITY, 0);
    batch = map.newBatch();
    for (int i = 0; i < BATCH; i++) {
      keys.buffer().putInt(i * KEY_BYTES, i);
    }
  }

  @TearDown
  public void close() {
    map.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void single() {
    for (int i = 0; i < BATCH; i++) {
      int r =
          map.update(
              keys.address() + (long) i * KEY_BYTES,
              values.address() + (long) i * VALUE_BYTES,
              BpfFlags.ANY);
      check(r);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batched() {
    check(batch.update(keys.address(), values.address(), BATCH, BpfFlags.ANY));
    if (batch.done() != BATCH) {
      throw new IllegalStateException("only " + batch.done() + " of " + BATCH + " were written");
    }
  }

  private static void check(int r) {
    if (r != 0) {
      throw new IllegalStateException("bpf(2) answers " + r);
    }
  }
}
