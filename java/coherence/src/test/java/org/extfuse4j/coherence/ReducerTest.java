// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Reducer;
import org.junit.jupiter.api.Test;

class ReducerTest {
  @Test
  void whatRemainsIsTheContradiction() {
    Round round =
        new History()
            .op(0, 10, 20, "mkdir d1/c 700 = ok")
            .op(0, 30, 40, "create d0/b 600 = ok")
            .op(1, 35, 45, "lstat d0/a = ok " + History.A)
            .op(0, 50, 60, "chmod d0/b 640 = ok")
            .op(1, 55, 65, "utimens d0/a 100 = ok")
            .op(2, 70, 80, "stat d0/b = ok 12 100600 1 0 35 35")
            .op(2, 90, 95, "readdir d0 = ok a:11:100000 b:12:100000")
            .op(1, 90, 95, "rmdir d1/c = ok")
            .round();
    assertThat(left(round)).containsExactly("create d0/b 600", "chmod d0/b 640", "stat d0/b");
    assertThat(Report.of("on", "5", round, Reducer.reduce(round, 100_000)))
        .contains("on: VIOLATION in round 7, seed 5", "3 operations (of 8)", "= ok 12 100600 1 0");
  }

  @Test
  void changesContradictEachOtherToo() {
    Round round =
        new History()
            .op(0, 10, 20, "mkdir d1/c 700 = ok")
            .op(0, 30, 40, "unlink d0/a = ok")
            .op(1, 50, 60, "unlink d0/a = ok")
            .round();
    assertThat(left(round)).containsExactly("unlink d0/a", "unlink d0/a");
  }

  private static List<String> left(Round round) {
    return Reducer.reduce(round, 100_000).stream()
        .map(operation -> operation.text().replaceFirst(" = .*", ""))
        .toList();
  }
}
