// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bench.CacheState;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindReportTest {
  @Test
  void isWrittenAsDocumented(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("new/find.json");
    report().write(file);

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.fieldNames()).toIterable().containsExactly("kernel", "accel", "files", "runs");
    assertThat(json.get("runs").get(2).toString())
        .isEqualTo(
            "{\"mount\":\"extfuse\",\"workload\":\"stat\",\"state\":\"warm\","
                + "\"seconds\":[0.5,0.25,0.3],\"median_s\":0.3,"
                + "\"upcalls\":{\"LOOKUP\":12},\"answered\":{\"GETATTR\":3,\"LOOKUP\":88}}");
  }

  @Test
  void isATableForAPerson() {
    assertThat(new FindTable(report()).toString())
        .isEqualTo(
            """
                        mount    median s      min - max  /native  /fuse  up: LOOKUP  GETATTR  other  in kernel: LOOKUP  GETATTR

            stat, warm  native      0.100  0.100 - 0.100     1.00   0.05           -        -      -                  -        -
                        fuse        2.000  1.000 - 3.000    20.00   1.00       1,000      200     30                  0        0
                        extfuse     0.300  0.250 - 0.500     3.00   0.15          12        0      0                 88        3

            Warm stat: ExtFUSE takes 0.15 of the time of plain FUSE (3.00 of native); 12 of 1,200 LOOKUP and GETATTR requests still reach the daemon (1.00 %).""");
  }

  @Test
  void saysThatExtfuseIsMissing() {
    FindReport all = report();
    FindReport without = new FindReport("6.1", "none", 7, all.runs().subList(0, 2));

    assertThat(new FindTable(without).toString())
        .endsWith("\n\nWithout ExtFUSE there is nothing to compare.");
  }

  private static FindReport report() {
    return new FindReport(
        "6.12.1-extfuse",
        "tcg",
        20_000,
        List.of(
            row(Contender.NATIVE, List.of(0.1), Map.of(), Map.of()),
            row(
                Contender.FUSE,
                List.of(1.0, 3.0),
                Map.of("LOOKUP", 1000L, "GETATTR", 200L, "READDIR", 30L),
                Map.of()),
            row(
                Contender.EXTFUSE,
                List.of(0.5, 0.25, 0.3),
                Map.of("LOOKUP", 12L),
                Map.of("LOOKUP", 88L, "GETATTR", 3L))));
  }

  private static FindReport.Entry row(
      Contender contender, List<Double> seconds, Map<String, Long> up, Map<String, Long> in) {
    Measurement m = new Measurement();
    seconds.forEach(s -> m.add(s, new Mounted.Counts(up, in)));
    return FindReport.entry(contender, Workload.STAT, CacheState.WARM, m);
  }
}
