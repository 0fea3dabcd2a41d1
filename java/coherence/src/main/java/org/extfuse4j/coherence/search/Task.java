// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.coherence.history.Operation;

/**
 * An operation as the steps that make it up, each of which happens at one moment between its times.
 */
final class Task {
  final Operation operation;

  /** Of the operation in the round; also of the inode that it may make. */
  final int index;

  /**
   * How many operations of each worker had returned before this one was called: they come first.
   */
  final int[] needs;

  private final List<Step> steps = new ArrayList<>();
  private final List<Long> after = new ArrayList<>();

  Task(Operation operation, int index, int[] needs) {
    this.operation = operation;
    this.index = index;
    this.needs = needs;
  }

  int worker() {
    return operation.worker();
  }

  /** Adds a step that comes after all there are. */
  Task then(Step step) {
    return add(step, all());
  }

  /** Adds a step that comes after some of those there are, given as bits. */
  Task add(Step step, long before) {
    steps.add(step);
    after.add(before);
    return this;
  }

  int size() {
    return steps.size();
  }

  /** All steps as bits. */
  long all() {
    return (1L << steps.size()) - 1;
  }

  Step step(int i) {
    return steps.get(i);
  }

  /** Whether a step is still to be taken and those before it are done. */
  boolean isDue(int i, long done) {
    return (done & 1L << i) == 0 && (done & after.get(i)) == after.get(i);
  }
}
