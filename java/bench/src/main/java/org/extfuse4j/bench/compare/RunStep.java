// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.Comparator;
import java.util.List;

/**
 * One measurement of a round: what is dropped before it, and what is run.
 *
 * @param before what is done first, not in the time
 */
record RunStep(Before before, RunTask task, Phase phase) {
  /** What is done to the caches. */
  enum Before {
    NOTHING,
    DROP_DENTRIES,
    RECLAIM,
    DROP_ALL
  }

  /**
   * A round, in the order in which each mount does it: the warm ones live on those before, and all
   * on {@link RunTask#FIND}.
   */
  static final List<RunStep> ROUND =
      List.of(
          new RunStep(Before.DROP_ALL, RunTask.FIND, Phase.COLD),
          new RunStep(Before.NOTHING, RunTask.FIND, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.STAT, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.ZIPF, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.NEGATIVE, Phase.COLD),
          new RunStep(Before.NOTHING, RunTask.NEGATIVE, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.CAT, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.STAT_1, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.STAT_2, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.STAT_4, Phase.WARM),
          new RunStep(Before.DROP_DENTRIES, RunTask.FIND, Phase.DROPPED),
          new RunStep(Before.DROP_DENTRIES, RunTask.STAT, Phase.DROPPED),
          new RunStep(Before.DROP_DENTRIES, RunTask.NEGATIVE, Phase.DROPPED),
          new RunStep(Before.RECLAIM, RunTask.FIND, Phase.RECLAIMED),
          new RunStep(Before.RECLAIM, RunTask.STAT, Phase.RECLAIMED),
          new RunStep(Before.DROP_ALL, RunTask.LS, Phase.COLD),
          new RunStep(Before.NOTHING, RunTask.LS, Phase.WARM),
          new RunStep(Before.DROP_ALL, RunTask.STAT, Phase.COLD),
          new RunStep(Before.DROP_ALL, RunTask.GIT, Phase.COLD),
          new RunStep(Before.NOTHING, RunTask.GIT, Phase.WARM),
          new RunStep(Before.DROP_ALL, RunTask.BUILD, Phase.COLD),
          new RunStep(Before.NOTHING, RunTask.BUILD, Phase.WARM),
          new RunStep(Before.NOTHING, RunTask.UNTAR, Phase.ONCE),
          new RunStep(Before.NOTHING, RunTask.REMOVE, Phase.ONCE));

  /** The states of a workload. */
  static List<RunStep> of(RunTask task) {
    return ROUND.stream()
        .filter(step -> step.task() == task)
        .sorted(Comparator.comparing(RunStep::phase))
        .toList();
  }
}
