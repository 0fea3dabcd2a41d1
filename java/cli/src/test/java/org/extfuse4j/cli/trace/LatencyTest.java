// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void units() {
    assertThat(Latency.text(2_112)).isEqualTo("2.1 us");
    assertThat(Latency.text(999_949)).isEqualTo("999.9 us");
    assertThat(Latency.text(999_950)).isEqualTo("1.0 ms");
    assertThat(Latency.text(1_500_000_000)).isEqualTo("1.5 s");
  }
}
