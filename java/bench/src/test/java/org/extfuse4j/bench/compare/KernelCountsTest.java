// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelCountsTest {
  @Test
  void readsTheHistogramOfTheKernel() {
    String histogram =
        """
        # event histogram
        #
        # trigger info: hist:keys=connection,opcode:vals=hitcount:sort=hitcount:size=4096 [active]
        #

        { connection:         28, opcode:          3 } hitcount:          1
        { connection:         29, opcode:          1 } hitcount:         17
        { connection:         28, opcode:         44 } hitcount:     120002

        Totals:
            Hits: 120020
            Entries: 3
            Dropped: 0
        """;

    assertThat(KernelCounts.parse(histogram))
        .isEqualTo(
            Map.of(
                28, Map.of("GETATTR", 1L, "READDIRPLUS", 120002L),
                29, Map.of("LOOKUP", 17L)));
  }
}
