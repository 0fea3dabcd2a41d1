// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.extfuse4j.coherence.history.Round;
import org.extfuse4j.coherence.search.Step.Now;

/**
 * Looks for an order of a round's steps that explains every result: the search of Wing and Gong
 * ("Testing and verifying concurrent objects", 1993), which remembers where it has been as Lowe's
 * does ("Testing for linearizability", 2017).
 *
 * <p>A step that agrees with the state and changes nothing is taken at once. That loses nothing: in
 * an order where it comes later, it can as well come now.
 */
public final class Search {
  /** What the search has found. */
  public enum Verdict {
    EXPLAINED,
    VIOLATION,
    /** It was given up. */
    UNDECIDED
  }

  private final Plan plan;
  private final int limit;
  private final Set<State> seen = new HashSet<>();
  private boolean gaveUp;

  private Search(Plan plan, int limit) {
    this.plan = plan;
    this.limit = limit;
  }

  /** Decides a round, or gives up after so many states. */
  public static Verdict decide(Round round, int limit) {
    Verdict verdict = asAsked(round, limit);
    if (verdict != Verdict.VIOLATION) {
      return verdict;
    }
    for (Round sent : NewNames.of(round)) {
      Verdict other = asAsked(sent, limit);
      if (other != Verdict.VIOLATION) {
        return other;
      }
    }
    return verdict;
  }

  private static Verdict asAsked(Round round, int limit) {
    Plan plan = new Plan(round);
    Search search = new Search(plan, limit);
    if (search.explained(plan.start())) {
      return Verdict.EXPLAINED;
    }
    return search.gaveUp ? Verdict.UNDECIDED : Verdict.VIOLATION;
  }

  private boolean explained(State state) {
    takeWhatHolds(state);
    if (plan.isComplete(state)) {
      return true;
    }
    if (!seen.add(state)) {
      return false;
    }
    if (seen.size() > limit) {
      gaveUp = true;
    }
    for (Task task : due(state)) {
      for (int i = 0; i < task.size() && !gaveUp; i++) {
        if (!task.isDue(i, state.done(task.worker())) || task.step(i).now(state) != Now.CHANGES) {
          continue;
        }
        State then = state.copy();
        task.step(i).take(then);
        done(then, task, 1L << i);
        if (explained(then)) {
          return true;
        }
      }
    }
    return false;
  }

  private void takeWhatHolds(State state) {
    boolean again = true;
    while (again) {
      again = false;
      for (int worker = 0; worker < plan.workers(); worker++) {
        Task task = plan.next(state, worker);
        if (task != null && plan.mayRun(state, task)) {
          again |= takeWhatHolds(state, task);
        }
      }
    }
  }

  private static boolean takeWhatHolds(State state, Task task) {
    if (task.size() == 0) {
      state.advance(task.worker());
      return true;
    }
    boolean any = false;
    for (int i = 0; i < task.size(); i++) {
      if (!task.isDue(i, state.done(task.worker()))) {
        continue;
      }
      Now now = task.step(i).now(state);
      if (now == Now.COMPLETES || now == Now.HOLDS) {
        any = true;
        if (done(state, task, now == Now.COMPLETES ? task.all() : 1L << i)) {
          return true;
        }
      }
    }
    return any;
  }

  /** Returns whether that completes the operation. */
  private static boolean done(State state, Task task, long steps) {
    long done = state.done(task.worker()) | steps;
    state.done(task.worker(), done);
    if (done == task.all()) {
      state.advance(task.worker());
      return true;
    }
    return false;
  }

  // What returned first most likely also happened first.
  private List<Task> due(State state) {
    List<Task> due = new ArrayList<>();
    for (int worker = 0; worker < plan.workers(); worker++) {
      Task task = plan.next(state, worker);
      if (task != null && plan.mayRun(state, task)) {
        due.add(task);
      }
    }
    due.sort((a, b) -> Long.compare(a.operation.returned(), b.operation.returned()));
    return due;
  }
}
