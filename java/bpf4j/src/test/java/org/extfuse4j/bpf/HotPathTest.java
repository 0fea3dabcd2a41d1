// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class HotPathTest {
  private static final int ROUNDS = 20_000;
  private static final int BATCH = 16;

  private final NativeBuffer keys = NativeBuffer.allocate(4 * BATCH);
  private final NativeBuffer values = NativeBuffer.allocate(8 * BATCH);

  @Test
  void operationsOnAddressesAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < BATCH; i++) {
      keys.buffer().putInt(4 * i, i);
    }
    try (BpfMap map = BpfMap.create(BpfMapType.HASH, "hot", 4, 8, BATCH, 0)) {
      BpfBatch batch = map.newBatch();
      run(map, batch);
      long before = threads.getCurrentThreadAllocatedBytes();
      run(map, batch);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      // Less than one byte a round: the JIT compiler's own traces are not the operations'.
      assertThat(allocated).isLessThan(ROUNDS);
    }
  }

  private void run(BpfMap map, BpfBatch batch) {
    long key = keys.address();
    long value = values.address();
    int failures = 0;
    for (int i = 0; i < ROUNDS; i++) {
      failures += map.update(key, value, BpfFlags.ANY);
      failures += map.lookup(key, value);
      failures += map.delete(key);
      failures += batch.update(key, value, BATCH, 0);
      failures += batch.delete(key, BATCH);
    }
    assertThat(failures).isZero();
  }
}
