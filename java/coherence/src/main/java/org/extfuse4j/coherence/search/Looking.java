// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.Map;
import java.util.function.ToIntFunction;
import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.search.Step.Now;

/** Calls that look: stat(2) and its kin, readdir(3), readlink(2). */
final class Looking {
  private final NameIndex names;
  private final Inodes inodes;

  Looking(NameIndex names, Inodes inodes) {
    this.names = names;
    this.inodes = inodes;
  }

  /**
   * Adds the steps of a successful call.
   *
   * @param torn whether what changes overlaps that shows times and size one by one, as write(2)
   *     does
   */
  void steps(Task task, boolean torn) {
    Operation operation = task.operation;
    int worker = task.worker();
    switch (operation.kind()) {
      case LSTAT, STAT -> {
        Attr attr = Attr.parse(operation.values());
        task.then(resolve(worker, names.of(operation.path()), attr));
        attributes(task, attr, torn, state -> state.bound(worker));
      }
      case STATDIR -> {
        int directory = names.of(operation.path());
        Attr attr = Attr.parse(operation.values());
        task.then(inode(directory, attr.ino(), attr.type()));
        attributes(task, attr, torn, state -> state.at(directory));
      }
      case FSTAT -> {
        Attr attr = Attr.parse(operation.values());
        task.then(file(worker, attr));
        attributes(task, attr, torn, state -> state.held(worker));
      }
      case READDIR -> readdir(task);
      case READLINK -> {
        int name = names.of(operation.path());
        long target = NameIndex.target(operation.values().get(0));
        task.then(
            Step.sees(
                state ->
                    state.is(state.at(name), Attr.SYMLINK)
                        && state.get(state.at(name), State.TARGET) == target));
      }
      default -> throw new IllegalArgumentException(operation.text());
    }
  }

  // The name is resolved at one moment; what it leads to is looked at later.
  private static Step resolve(int worker, int name, Attr attr) {
    return Step.of(
        state ->
            Inodes.is(state, state.at(name), attr.ino(), attr.type()) == Now.IMPOSSIBLE
                ? Now.IMPOSSIBLE
                : Now.CHANGES,
        state -> {
          state.set(state.at(name), State.INO, attr.ino());
          state.bind(worker, state.at(name));
        });
  }

  private static Step inode(int name, long ino, int type) {
    return Step.of(
        state -> Inodes.is(state, state.at(name), ino, type),
        state -> state.set(state.at(name), State.INO, ino));
  }

  private static Step file(int worker, Attr attr) {
    return Step.of(
        state -> Inodes.is(state, state.held(worker), attr.ino(), attr.type()),
        state -> state.set(state.held(worker), State.INO, attr.ino()));
  }

  private void attributes(Task task, Attr attr, boolean torn, ToIntFunction<State> inode) {
    long resolved = task.all();
    if (!torn) {
      task.then(
          Step.of(
              state -> inodes.agrees(state, inode.applyAsInt(state), attr),
              state -> Inodes.settle(state, inode.applyAsInt(state), attr)));
      return;
    }
    for (int field : Inodes.FIELDS) {
      task.add(
          Step.of(
              state -> inodes.agrees(state, inode.applyAsInt(state), field, attr),
              state -> Inodes.settle(state, inode.applyAsInt(state), field, attr)),
          resolved);
    }
  }

  // POSIX: what is added or removed meanwhile may be seen or not. So each name has its own moment.
  private void readdir(Task task) {
    Map<String, Integer> absent = names.in(task.operation.path());
    for (String value : task.operation.values()) {
      String[] parts = value.split(":", -1);
      int name = absent.remove(parts[0]);
      task.add(inode(name, Long.parseLong(parts[1]), Integer.parseInt(parts[2], 8)), 0);
    }
    for (int name : absent.values()) {
      task.add(Step.sees(state -> state.at(name) == State.NONE), 0);
    }
  }
}
