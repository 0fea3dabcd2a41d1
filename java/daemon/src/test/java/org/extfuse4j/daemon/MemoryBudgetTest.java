// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheUnavailableException;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int DEFAULT = 1 << 17;

  private static MemoryLimit limit(int megabytes) {
    return new MemoryLimit((long) megabytes << 20, Path.of("/sys/fs/cgroup/memory.max"));
  }

  @Test
  void whatFitsIsTaken() {
    int wanted = CacheOptions.entriesIn(1L << 30);
    for (int megabytes : new int[] {256, 512}) {
      long heap = (megabytes / 4L) << 20;
      int fits = MemoryBudget.entries(wanted, limit(megabytes), heap);
      assertThat(CacheOptions.maxMemory(fits) + heap + MemoryLimit.JVM)
          .isBetween((megabytes - 1L) << 20, (long) megabytes << 20);
    }
    assertThat(MemoryBudget.entries(DEFAULT, limit(256), 64 << 20)).isEqualTo(DEFAULT);
  }

  @Test
  void withoutRoomThereIsNone() {
    assertThatThrownBy(() -> MemoryBudget.entries(DEFAULT, limit(96), 24 << 20))
        .isInstanceOf(CacheUnavailableException.class)
        .hasMessageContaining("96M (/sys/fs/cgroup/memory.max)")
        .hasMessageContaining("give it 194M");
    assertThat(MemoryBudget.entries(DEFAULT, limit(195), (195L << 20) / 4)).isEqualTo(DEFAULT);
  }
}
