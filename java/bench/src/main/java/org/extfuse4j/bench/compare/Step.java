// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.Comparator;
import java.util.List;

/**
 * One measurement of a round: what is dropped before it, and what is run.
 *
 * @param before what is done first, not in the time
 */
record Step(Before before, Task task, Phase phase) {
  /** What is done to the caches. */
  enum Before {
    NOTHING,
    DROP_DENTRIES,
    RECLAIM,
    DROP_ALL
  }

  /**
   * A round, in the order in which each mount does it: the warm ones live on those before, and all
   * on {@link Task#FIND}.
   */
  static final List<Step> ROUND =
      List.of(
          new Step(Before.DROP_ALL, Task.FIND, Phase.COLD),
          new Step(Before.NOTHING, Task.FIND, Phase.WARM),
          new Step(Before.NOTHING, Task.STAT, Phase.WARM),
          new Step(Before.NOTHING, Task.ZIPF, Phase.WARM),
          new Step(Before.NOTHING, Task.NEGATIVE, Phase.COLD),
          new Step(Before.NOTHING, Task.NEGATIVE, Phase.WARM),
          new Step(Before.NOTHING, Task.CAT, Phase.WARM),
          new Step(Before.NOTHING, Task.STAT_1, Phase.WARM),
          new Step(Before.NOTHING, Task.STAT_2, Phase.WARM),
          new Step(Before.NOTHING, Task.STAT_4, Phase.WARM),
          new Step(Before.DROP_DENTRIES, Task.FIND, Phase.DROPPED),
          new Step(Before.DROP_DENTRIES, Task.STAT, Phase.DROPPED),
          new Step(Before.DROP_DENTRIES, Task.NEGATIVE, Phase.DROPPED),
          new Step(Before.RECLAIM, Task.FIND, Phase.RECLAIMED),
          new Step(Before.RECLAIM, Task.STAT, Phase.RECLAIMED),
          new Step(Before.DROP_ALL, Task.LS, Phase.COLD),
          new Step(Before.NOTHING, Task.LS, Phase.WARM),
          new Step(Before.DROP_ALL, Task.STAT, Phase.COLD),
          new Step(Before.DROP_ALL, Task.GIT, Phase.COLD),
          new Step(Before.NOTHING, Task.GIT, Phase.WARM),
          new Step(Before.DROP_ALL, Task.BUILD, Phase.COLD),
          new Step(Before.NOTHING, Task.BUILD, Phase.WARM),
          new Step(Before.NOTHING, Task.UNTAR, Phase.ONCE),
          new Step(Before.NOTHING, Task.REMOVE, Phase.ONCE));

  /** The states of a workload. */
  static List<Step> of(Task task) {
    return ROUND.stream()
        .filter(step -> step.task() == task)
        .sorted(Comparator.comparing(Step::phase))
        .toList();
  }
}
