// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.extfuse4j.coherence.history.Kind;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.history.Round;

/** A round made ready for the search. */
final class Plan {
  private final List<List<Task>> tasks = new ArrayList<>();
  private final State start;

  Plan(Round round) {
    List<Operation> operations = round.operations();
    int workers = operations.stream().mapToInt(Operation::worker).max().orElse(-1) + 1;
    List<List<Operation>> byWorker = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int number = worker;
      byWorker.add(
          operations.stream()
              .filter(operation -> operation.worker() == number)
              .sorted(Comparator.comparingLong(Operation::invoked))
              .toList());
      tasks.add(new ArrayList<>());
    }
    NameIndex names = new NameIndex(round.paths());
    start = names.state(workers, operations.size(), round.before());
    Inodes inodes =
        new Inodes(
            operations.stream().mapToLong(Operation::from).toArray(),
            operations.stream().mapToLong(Operation::to).toArray());
    Looking looking = new Looking(names, inodes);
    Renaming renaming = new Renaming(names);
    Changing changing = new Changing(names);
    Failing failing = new Failing(names);
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Task task = new Task(operation, i, needs(byWorker, operation));
      tasks.get(operation.worker()).add(task);
      if (!operation.ok()) {
        failing.steps(task, mayLoseLinks(operation, round));
        continue;
      }
      switch (operation.kind()) {
        case FSTAT, LSTAT, STAT, STATDIR, READDIR, READLINK ->
            looking.steps(task, isTorn(operation, round));
        case CREATE, MKDIR, SYMLINK, LINK, UNLINK, RMDIR, RENAME -> renaming.steps(task);
        default -> changing.steps(task);
      }
    }
    tasks.forEach(list -> list.sort(Comparator.comparingLong(task -> task.operation.invoked())));
  }

  private static int[] needs(List<List<Operation>> byWorker, Operation operation) {
    return byWorker.stream()
        .mapToInt(
            list -> (int) list.stream().filter(o -> o.returned() < operation.invoked()).count())
        .toArray();
  }

  private static boolean isTorn(Operation look, Round round) {
    return round.operations().stream()
        .filter(other -> other.kind() == Kind.FWRITE)
        .anyMatch(other -> other.overlaps(look));
  }

  // Since its own lookup fetches the count, only a removal that ends during the call can spoil it.
  private static boolean mayLoseLinks(Operation link, Round round) {
    return round.operations().stream()
        .filter(other -> other.kind() == Kind.UNLINK || other.kind() == Kind.RENAME)
        .anyMatch(other -> other.ok() && other.overlaps(link));
  }

  State start() {
    return start.copy();
  }

  int workers() {
    return tasks.size();
  }

  /** The operation that a worker is at, or null. */
  Task next(State state, int worker) {
    List<Task> list = tasks.get(worker);
    return state.next(worker) < list.size() ? list.get(state.next(worker)) : null;
  }

  /** Whether all that had returned before the operation was called is complete. */
  boolean mayRun(State state, Task task) {
    for (int worker = 0; worker < task.needs.length; worker++) {
      if (state.next(worker) < task.needs[worker]) {
        return false;
      }
    }
    return true;
  }

  boolean isComplete(State state) {
    for (int worker = 0; worker < workers(); worker++) {
      if (state.next(worker) < tasks.get(worker).size()) {
        return false;
      }
    }
    return true;
  }
}
