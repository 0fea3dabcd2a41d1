// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.extfuse4j.daemon.control.DaemonStats;
import org.junit.jupiter.api.Test;

class StatsTableTest {
  @Test
  void linesUp() {
    var stats =
        new DaemonStats(
            "/mnt",
            "/src",
            17,
            true,
            null,
            Map.of("LOOKUP", 5L, "READDIR", 1200L),
            Map.of(),
            Map.of("LOOKUP", 995L),
            Map.of(),
            null,
            null);

    assertThat(StatsCommand.table(stats))
        .isEqualTo(
            """
            /src on /mnt, process 17, in-kernel cache on
            request  upcalls  answered in kernel  in kernel
            LOOKUP         5                 995     99.5 %
            READDIR    1,200                   0      0.0 %
            all        1,205                 995     45.2 %""");
  }

  @Test
  void hasNoShareOfNothing() {
    var stats =
        new DaemonStats(
            "/mnt", "/src", 17, false, null, Map.of(), Map.of(), Map.of(), Map.of(), null, null);

    assertThat(StatsCommand.table(stats))
        .isEqualTo(
            """
            /src on /mnt, process 17, no in-kernel cache
            request  upcalls  answered in kernel  in kernel
            all            0                   0          -""");
  }
}
