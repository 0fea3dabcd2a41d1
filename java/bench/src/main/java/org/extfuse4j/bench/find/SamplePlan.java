// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

/**
 * How many names to stat and how often to run, so that the whole ends in time. The warm-up's pace,
 * of code that is still being compiled, is margin enough.
 *
 * @param sample names of a stat storm
 * @param runs of every workload on every mount in every state
 * @param seconds that one round of runs is expected to take
 */
record SamplePlan(int sample, int runs, double seconds) {
  /** With fewer names the start of the program is what is measured. */
  static final int FEWEST_NAMES = 5000;

  /** Fewer runs than that have no median worth the name. */
  static final int FEWEST_RUNS = 3;

  /**
   * Shrinks the sample first, then the runs, each to its floor and no further.
   *
   * @param sample the names that are wanted
   * @param runs the runs that are wanted
   * @param fixed seconds of a round without the stat storms
   * @param perName seconds of a round for each name of the storms
   * @param left seconds until it must be over; infinity without a budget
   */
  static SamplePlan of(int sample, int runs, double fixed, double perName, double left) {
    int fewestNames = Math.min(sample, FEWEST_NAMES);
    int fewestRuns = Math.min(runs, FEWEST_RUNS);
    double round = left / runs;
    double fitting = perName > 0 ? (round - fixed) / perName : sample;
    int names = (int) Math.max(fewestNames, Math.min(sample, fitting));
    double seconds = fixed + names * perName;
    double rounds = seconds > 0 ? left / seconds : runs;
    return new SamplePlan(names, (int) Math.max(fewestRuns, Math.min(runs, rounds)), seconds);
  }
}
