// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunStepTest {
  @Test
  void eachWorkloadIsMeasuredAndEachStateOnce() {
    for (RunTask task : RunTask.values()) {
      assertThat(RunStep.of(task)).as(task.label).isNotEmpty();
    }
    assertThat(RunStep.ROUND).doesNotHaveDuplicates();
  }

  @Test
  void coldMeansThatSomethingWasDroppedOrNeverAskedFor() {
    for (RunStep step : RunStep.ROUND) {
      boolean dropped = step.before() != RunStep.Before.NOTHING;
      switch (step.phase()) {
        case COLD -> assertThat(dropped || step.task() == RunTask.NEGATIVE).isTrue();
        case DROPPED -> assertThat(step.before()).isEqualTo(RunStep.Before.DROP_DENTRIES);
        case RECLAIMED -> assertThat(step.before()).isEqualTo(RunStep.Before.RECLAIM);
        case WARM, ONCE -> assertThat(dropped).isFalse();
      }
    }
  }

  @Test
  void labelsAreFilesOfTheirOwn() {
    Set<String> labels = new HashSet<>(Set.of("summary"));
    for (RunTask task : RunTask.values()) {
      assertThat(labels.add(task.label)).as(task.label).isTrue();
    }
  }
}
