// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparinglyTest {
  private static final long SECOND = 1_000_000_000L;

  private final Sparingly sparingly = new Sparingly();

  @Test
  void oneOfAKindInAMinute() {
    assertThat(sparingly.since("a", -SECOND)).isZero();
    for (int i = 0; i < 59; i++) {
      assertThat(sparingly.since("a", i * SECOND)).isEqualTo(Sparingly.NOT_NOW);
    }
    assertThat(sparingly.since("b", 0)).isZero();
    assertThat(sparingly.since("a", 59 * SECOND)).isEqualTo(59);
    assertThat(sparingly.since("a", 200 * SECOND)).isZero();
  }

  @Test
  void theNumberIsSaid() {
    assertThat(Sparingly.more(0)).isEmpty();
    assertThat(Sparingly.more(7)).isEqualTo(" (and 7 times since the last such line)");
  }
}
