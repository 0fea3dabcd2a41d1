// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepTest {
  @Test
  void eachWorkloadIsMeasuredAndEachStateOnce() {
    for (Task task : Task.values()) {
      assertThat(Step.of(task)).as(task.label).isNotEmpty();
    }
    assertThat(Step.ROUND).doesNotHaveDuplicates();
  }

  @Test
  void coldMeansThatSomethingWasDroppedOrNeverAskedFor() {
    for (Step step : Step.ROUND) {
      boolean dropped = step.before() != Step.Before.NOTHING;
      switch (step.phase()) {
        case COLD -> assertThat(dropped || step.task() == Task.NEGATIVE).isTrue();
        case DROPPED -> assertThat(step.before()).isEqualTo(Step.Before.DROP_DENTRIES);
        case RECLAIMED -> assertThat(step.before()).isEqualTo(Step.Before.RECLAIM);
        case WARM, ONCE -> assertThat(dropped).isFalse();
      }
    }
  }

  @Test
  void labelsAreFilesOfTheirOwn() {
    Set<String> labels = new HashSet<>(Set.of("summary"));
    for (Task task : Task.values()) {
      assertThat(labels.add(task.label)).as(task.label).isTrue();
    }
  }
}
