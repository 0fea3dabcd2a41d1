// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private final LatencyHistogram times = new LatencyHistogram();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 9, 15, 16, 17, 255, 256, 1000, 123_456_789, Long.MAX_VALUE})
  void neverTooLowNorMuchTooHigh(long ns) {
    times.add(ns);
    long shown = times.percentile(50).orElseThrow();
    assertThat(shown).isGreaterThanOrEqualTo(ns);
    assertThat((double) shown).isLessThanOrEqualTo(ns * 1.13 + 0.5);
  }

  @Test
  void percentiles() {
    assertThat(times.percentile(50)).isEmpty();
    for (int i = 0; i < 98; i++) {
      times.add(4);
    }
    times.add(6_000);
    times.add(1_000_000);
    assertThat(times.percentile(50)).hasValue(4);
    assertThat(times.percentile(99).orElseThrow()).isBetween(6_000L, 6_800L);
    assertThat(times.percentile(100).orElseThrow()).isBetween(1_000_000L, 1_130_000L);
    assertThat(times.count()).isEqualTo(100);
  }

  @Test
  void units() {
    assertThat(Latency.text(2_112)).isEqualTo("2.1 us");
    assertThat(Latency.text(999_949)).isEqualTo("999.9 us");
    assertThat(Latency.text(999_950)).isEqualTo("1.0 ms");
    assertThat(Latency.text(1_500_000_000)).isEqualTo("1.5 s");
  }
}
