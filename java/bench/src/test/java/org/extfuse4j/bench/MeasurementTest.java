// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.extfuse4j.bench.find.Mounted;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  @Test
  void hasTheMedianAndTheSpread() {
    Measurement m = new Measurement();
    m.add(3, Mounted.Counts.NONE);
    m.add(1, Mounted.Counts.NONE);
    m.add(10, Mounted.Counts.NONE);

    assertThat(m.median()).isEqualTo(3);
    assertThat(m.min()).isEqualTo(1);
    assertThat(m.max()).isEqualTo(10);
    assertThat(m.seconds()).containsExactly(3.0, 1.0, 10.0);

    m.add(4, Mounted.Counts.NONE);
    assertThat(m.median()).isEqualTo(3.5);
  }

  @Test
  void countsTheWorstRunOfEachOpcode() {
    Measurement m = new Measurement();
    m.add(1, new Mounted.Counts(Map.of("LOOKUP", 5L), Map.of("LOOKUP", 90L, "GETATTR", 7L)));
    m.add(1, new Mounted.Counts(Map.of("LOOKUP", 2L, "OPEN", 1L), Map.of("LOOKUP", 95L)));

    assertThat(m.upcalls()).isEqualTo(Map.of("LOOKUP", 5L, "OPEN", 1L));
    assertThat(m.answered()).isEqualTo(Map.of("LOOKUP", 90L));
  }

  @Test
  void countsAreOfOneRun() {
    var before = new Mounted.Counts(Map.of("LOOKUP", 5L, "OPEN", 3L), Map.of("LOOKUP", 1L));
    var after =
        new Mounted.Counts(Map.of("LOOKUP", 9L, "OPEN", 3L, "READ", 1L), Map.of("LOOKUP", 4L));

    assertThat(after.since(before))
        .isEqualTo(new Mounted.Counts(Map.of("LOOKUP", 4L, "READ", 1L), Map.of("LOOKUP", 3L)));
  }
}
