// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfMapType;
import org.junit.jupiter.api.Test;

class MapElementsTest {
  @Test
  void countsMoreThanABatch() {
    try (BpfMap map = BpfMap.create(BpfMapType.HASH, "count", 4, 8, 20_000, 0)) {
      assertThat(MapElements.count(map)).isZero();
      for (int i = 0; i < 10_000; i++) {
        map.put(ByteBuffer.allocate(4).putInt(i).array(), new byte[8]);
      }
      assertThat(MapElements.count(map)).isEqualTo(10_000);
    }
  }
}
