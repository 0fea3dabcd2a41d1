// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.map.MapRecord;
import org.junit.jupiter.api.Test;

class MapSizesTest {
  private int readings;

  private List<MapRecord> slow() {
    readings++;
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    return List.of(new MapRecord("m", "hash", readings, 10, 100));
  }

  @Test
  void whatTakesLongIsReadSeldom() {
    MapSizes sizes = new MapSizes(this::slow);
    long start = System.nanoTime();
    assertThat(sizes.read(start).get(0).elements()).isEqualTo(1);
    assertThat(sizes.read(start + TimeUnit.MILLISECONDS.toNanos(499)).get(0).elements())
        .isEqualTo(1);
    assertThat(sizes.read(start + TimeUnit.MINUTES.toNanos(2)).get(0).elements()).isEqualTo(2);
    assertThat(readings).isEqualTo(2);
  }
}
