// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplePlanTest {
  private static final double NO_BUDGET = Double.POSITIVE_INFINITY;

  @Test
  void withoutABudgetIsWhatWasWanted() {
    assertThat(SamplePlan.of(50_000, 5, 60, 0.01, NO_BUDGET))
        .isEqualTo(new SamplePlan(50_000, 5, 560));
  }

  @Test
  void keepsWhatFits() {
    assertThat(SamplePlan.of(5000, 3, 10, 0.001, 100)).isEqualTo(new SamplePlan(5000, 3, 15));
  }

  @Test
  void shrinksTheSampleFirst() {
    SamplePlan plan = SamplePlan.of(50_000, 5, 10, 0.001, 100);

    assertThat(plan.runs()).isEqualTo(5);
    assertThat(plan.sample()).isBetween(9_900, 10_000);
    assertThat(plan.runs() * plan.seconds()).isLessThan(100.1);
  }

  @Test
  void thenRunsLessOften() {
    assertThat(SamplePlan.of(50_000, 9, 10, 0.001, 60)).isEqualTo(new SamplePlan(5000, 4, 15));
  }

  @Test
  void keepsItsFloors() {
    assertThat(SamplePlan.of(50_000, 9, 100, 0.01, 1)).isEqualTo(new SamplePlan(5000, 3, 150));
    assertThat(SamplePlan.of(50_000, 9, 100, 0.01, -5)).isEqualTo(new SamplePlan(5000, 3, 150));
  }

  @Test
  void neverRaisesWhatIsBelowTheFloors() {
    assertThat(SamplePlan.of(100, 1, 100, 0.01, 1)).isEqualTo(new SamplePlan(100, 1, 101));
  }
}
