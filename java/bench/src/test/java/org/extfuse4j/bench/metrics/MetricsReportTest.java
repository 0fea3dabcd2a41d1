// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsReportTest {
  @Test
  void comparesPairs() {
    MetricsReport report =
        MetricsReport.of(
            "6.12",
            "tcg",
            5000,
            15,
            List.of(1.0, 2.0, 4.0),
            List.of(1.1, 2.0, 4.08),
            List.of(0.01, 0.03),
            0);
    assertThat(report.ratios()).containsExactly(1.1, 1.0, 1.02);
    assertThat(report)
        .hasToString(
            "5,000 calls of lstat, warm: with metrics 1.020 times as long as without (median of 3"
                + " pairs, 1.000 to 1.100); 2 scrapes of 20 ms, one in 15 s, 0"
                + " upcalls");
  }
}
