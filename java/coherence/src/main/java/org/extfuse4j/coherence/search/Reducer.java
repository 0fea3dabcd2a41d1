// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Search.Verdict;

/**
 * Makes a history that no order explains small.
 *
 * <p>Operations that have changed nothing are left out, one by one, as long as what remains is not
 * explained: then each that is left is needed for the contradiction. Changes cannot go like that:
 * without "create", "stat" finds what nobody has made, which is a contradiction, but not the one
 * that was there. What is stale was right at some time. So if one operation would be explained at
 * another time (or, failing that, if it were not there), changes are left out as long as that stays
 * so.
 */
public final class Reducer {
  private final Round round;
  private final int limit;

  private Reducer(Round round, int limit) {
    this.round = round;
    this.limit = limit;
  }

  /** The operations that remain of a round that is a violation. */
  public static List<Operation> reduce(Round round, int limit) {
    return new Reducer(round, limit).reduce();
  }

  private List<Operation> reduce() {
    List<Operation> left = new ArrayList<>(round.operations());
    // Later ones first: what was seen first is the better witness.
    for (int i = left.size() - 1; i >= 0; i--) {
      if (left.get(i).observes()) {
        List<Operation> fewer = without(left, left.get(i));
        if (verdict(fewer) == Verdict.VIOLATION) {
          left = fewer;
        }
      }
    }
    List<Operation> related = Related.of(left);
    if (verdict(related) == Verdict.VIOLATION) {
      left = related;
    }
    for (BiPredicate<List<Operation>, Operation> explained : tests()) {
      Operation culprit = culprit(left, explained);
      if (culprit != null) {
        return withoutChanges(left, culprit, explained);
      }
    }
    return left;
  }

  private List<BiPredicate<List<Operation>, Operation>> tests() {
    return List.of(
        this::explainedAnyTime,
        (operations, culprit) -> verdict(without(operations, culprit)) == Verdict.EXPLAINED);
  }

  private List<Operation> withoutChanges(
      List<Operation> operations,
      Operation culprit,
      BiPredicate<List<Operation>, Operation> explained) {
    List<Operation> left = operations;
    boolean again = true;
    while (again) {
      again = false;
      for (int i = left.size() - 1; i >= 0; i--) {
        if (left.get(i).observes() || left.get(i).equals(culprit)) {
          continue;
        }
        List<Operation> fewer = without(left, left.get(i));
        if (verdict(fewer) == Verdict.VIOLATION && explained.test(fewer, culprit)) {
          left = fewer;
          again = true;
        }
      }
    }
    return left;
  }

  /** An operation that all is explained without, if possible one that looks; or null. */
  private static Operation culprit(
      List<Operation> operations, BiPredicate<List<Operation>, Operation> explained) {
    for (boolean looks : new boolean[] {true, false}) {
      for (int i = operations.size() - 1; i >= 0; i--) {
        Operation operation = operations.get(i);
        if (operation.observes() == looks && explained.test(operations, operation)) {
          return operation;
        }
      }
    }
    return null;
  }

  // A worker of its own, because its own worker's order is an order in time, too.
  private boolean explainedAnyTime(List<Operation> operations, Operation culprit) {
    if (culprit.kind().usesFile() || isUsed(culprit, operations)) {
      return false;
    }
    int worker = operations.stream().mapToInt(Operation::worker).max().orElse(0) + 1;
    List<Operation> changed = without(operations, culprit);
    changed.add(culprit.anyTime(worker));
    return verdict(changed) == Verdict.EXPLAINED;
  }

  // Whether it may have opened what its worker used later.
  private static boolean isUsed(Operation open, List<Operation> operations) {
    return operations.stream()
        .anyMatch(
            use ->
                use.kind().usesFile()
                    && use.worker() == open.worker()
                    && use.invoked() > open.invoked());
  }

  private Verdict verdict(List<Operation> operations) {
    return Search.decide(round.with(operations), limit);
  }

  private static List<Operation> without(List<Operation> operations, Operation out) {
    List<Operation> rest = new ArrayList<>(operations);
    rest.remove(out);
    return rest;
  }
}
