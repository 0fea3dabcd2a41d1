// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class BpfBatchTest {
  private static final int COUNT = 100;

  private final NativeBuffer keys = NativeBuffer.allocate(4 * COUNT);
  private final NativeBuffer values = NativeBuffer.allocate(8 * COUNT);

  private void fill() {
    for (int i = 0; i < COUNT; i++) {
      keys.buffer().putInt(4 * i, i);
      values.buffer().putLong(8 * i, 1000L + i);
    }
  }

  private static BpfMap hash(int maxEntries) {
    return BpfMap.create(BpfMapType.HASH, "batch", 4, 8, maxEntries, 0);
  }

  @Test
  void allElementsGoInComeOutAndGo() {
    fill();
    try (BpfMap map = hash(COUNT)) {
      BpfBatch batch = map.newBatch();
      assertThat(batch.update(keys.address(), values.address(), COUNT, 0)).isZero();
      assertThat(batch.done()).isEqualTo(COUNT);
      assertThat(readAll(batch, 40, false)).hasSize(COUNT).containsEntry(99, 1099L);

      fill();
      assertThat(batch.delete(keys.address(), 60)).isZero();
      assertThat(batch.done()).isEqualTo(60);
      batch.rewind();
      assertThat(readAll(batch, 40, true)).hasSize(COUNT - 60).containsEntry(60, 1060L);
      assertThat(map.keys()).isEmpty();
    }
  }

  private Map<Integer, Long> readAll(BpfBatch batch, int step, boolean remove) {
    Map<Integer, Long> found = new HashMap<>();
    int rc = 0;
    while (rc == 0) {
      rc =
          remove
              ? batch.lookupAndDelete(keys.address(), values.address(), step)
              : batch.lookup(keys.address(), values.address(), step);
      for (int i = 0; i < batch.done(); i++) {
        found.put(keys.buffer().getInt(4 * i), values.buffer().getLong(8 * i));
      }
    }
    assertThat(rc).isEqualTo(-Errno.ENOENT);
    return found;
  }

  @Test
  void anUpdateOfAFullMapSaysHowFarItCame() {
    fill();
    try (BpfMap map = hash(30)) {
      BpfBatch batch = map.newBatch();
      assertThat(batch.update(keys.address(), values.address(), COUNT, 0)).isEqualTo(-Errno.E2BIG);
      assertThat(batch.done()).isEqualTo(30);
    }
  }

  @Test
  void aDeleteStopsAtAMissingKeyAndCanGoOnBehindIt() {
    fill();
    try (BpfMap map = hash(COUNT)) {
      BpfBatch batch = map.newBatch();
      batch.update(keys.address(), values.address(), COUNT, 0);
      map.remove(BpfMapTest.intBytes(10));
      assertThat(batch.delete(keys.address(), COUNT)).isEqualTo(-Errno.ENOENT);
      assertThat(batch.done()).isEqualTo(10);
      assertThat(batch.delete(keys.address() + 4 * 11, COUNT - 11)).isZero();
      assertThat(map.keys()).isEmpty();
    }
  }

  @Test
  void aRefusedCallHasDoneNothing() {
    fill();
    try (BpfMap map = hash(COUNT);
        BpfMap jumps = BpfMap.create(BpfMapType.PROG_ARRAY, "jumps", 4, 4, 4, 0)) {
      BpfBatch batch = map.newBatch();
      assertThat(batch.update(keys.address(), values.address(), COUNT, BpfFlags.LOCK))
          .isEqualTo(-Errno.EINVAL);
      assertThat(batch.done()).isZero();
      BpfBatch none = jumps.newBatch();
      assertThat(none.delete(keys.address(), 2)).isNegative();
      assertThat(none.done()).isZero();
    }
  }

  @Test
  void perCpuMapsHaveBatchesToo() {
    try (BpfMap map = BpfMap.create(BpfMapType.PERCPU_HASH, "batch", 4, 4, 10, 0)) {
      NativeBuffer wide = NativeBuffer.allocate(3 * map.valueBufferSize());
      for (int i = 0; i < 3; i++) {
        keys.buffer().putInt(4 * i, i);
        wide.buffer().putInt(i * map.valueBufferSize(), 50 + i);
      }
      BpfBatch batch = map.newBatch();
      assertThat(batch.update(keys.address(), wide.address(), 3, 0)).isZero();
      assertThat(map.get(BpfMapTest.intBytes(2)).orElseThrow()[0]).isEqualTo((byte) 52);
    }
  }
}
