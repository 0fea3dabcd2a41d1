// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.scale.ScaleReport.Answer;
import org.extfuse4j.bench.scale.ScaleReport.Calls;
import org.extfuse4j.bench.scale.ScaleReport.Heap;
import org.extfuse4j.bench.scale.ScaleReport.LetGo;
import org.extfuse4j.bench.scale.ScaleReport.Memory;
import org.extfuse4j.bench.scale.ScaleReport.Pass;
import org.extfuse4j.bench.scale.ScaleReport.Tenth;
import org.extfuse4j.bench.scale.ScaleReport.Whole;
import org.extfuse4j.bench.scale.ScaleReport.Zipf;
import org.extfuse4j.cache.node.Audit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleReportTest {
  private static final Calls CALLS = new Calls(5000, 1.5, 12.25, 345.6, 7890.1);

  @Test
  void isWrittenWithNamesOfJson(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("scale.json");
    JsonFile.write(file, report(false));

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("whole").get("warm").get("up_share").asDouble()).isEqualTo(0.005);
    assertThat(json.get("whole").get("cold").get("calls").get("p999_us").asDouble())
        .isEqualTo(345.6);
    assertThat(json.get("whole").get("heap").get("classes").get("a.Node").asDouble()).isEqualTo(72);
    assertThat(json.get("tenth").get("let_go").get("nodes").asInt()).isOne();
    assertThat(json.get("tenth").get("walk").isNull()).isFalse();
  }

  @Test
  void isATableForAPerson() {
    assertThat(new ScaleTable(report(false)).toString())
        .isEqualTo(
            """
            5,000 files                    calls    s  median us  99.9 % us  worst ms  LOOKUP, GETATTR to the daemon
            made on the disk               5,000  1.5       12.3        346       7.9                              -
            all cached: first walk         5,000  1.5       12.3        346       7.9                        33.30 %
            second walk                    5,000  1.5       12.3        346       7.9                         0.50 %
            a tenth cached: popular names  5,000  1.5       12.3        346       7.9                        10.00 %
            walk                           5,000  1.5       12.3        346       7.9                        33.30 %

            cost of an answer    names  budget  program ns   min - max  call us
            few names            1,000   1,044         400   390 - 450     10.0
            no mount             5,000       -           -           -      2.0
            few of many / few                         1.01  best: 1.02
            all / few                                 1.25  best: 1.23     1.30
            all / few, no mount                                            1.40

            kernel memory of the maps, bytes a cached name  318.0
            the same by entry of the budget                 317.0
            the same by the machine's growth, a name        319.0
            Java heap, bytes a node                         150.0
            descriptors of a daemon at most                   560
            a tenth cached: LOOKUP answered                 0.900
            by an ideal LRU cache                           0.950
            part of that                                    0.947
            the same of files alone, at least               0.910
            nodes left at the end                               1
            complaints of daemons                               0""");
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    assertThat(new ScaleTable(report(true)).toString())
        .doesNotContain("\\nwalk", "cost of an answer");
  }

  private static ScaleReport report(boolean brief) {
    Pass first = pass(0.333);
    Answer answer =
        new Answer(
            List.of(
                new AnswerCost.Case(
                    "few names", 1000, 1044, 400.0, List.of(390.0, 450.0), 10, List.of(10.0)),
                new AnswerCost.Case("no mount", 5000, null, null, List.of(), 2, List.of(2.0))),
            1.01,
            1.25,
            1.02,
            1.23,
            1.3,
            1.4);
    Map<String, Integer> elements = Map.of("entry_map", 5000, "attr_map", 5001);
    Audit audit = new Audit(5001, 5000, 0, 5001, List.of());
    return new ScaleReport(
        "6.12.1-extfuse",
        "tcg",
        5000,
        50,
        CALLS,
        new Whole(
            6000,
            first,
            pass(0.005),
            new Memory(5050, 1_605_900, 318, 317, 1_610_950, 319),
            new Heap(5050, 1_000_000, 1_757_500, 150, Map.of("a.Node", 72.0)),
            elements,
            555,
            audit,
            brief ? null : answer,
            new LetGo(1, 0.5)),
        new Tenth(
            505,
            new Zipf(pass(0.1), 10_000, 9000, 9500, 0.9, 0.95, 0.947, 0.91),
            brief ? null : first,
            elements,
            160_000,
            200_000,
            560,
            audit,
            new LetGo(1, 0.25)),
        List.of());
  }

  private static Pass pass(double upShare) {
    return new Pass(CALLS, Map.of("LOOKUP", 5050L), Map.of("GETATTR", 10_100L), upShare);
  }
}
