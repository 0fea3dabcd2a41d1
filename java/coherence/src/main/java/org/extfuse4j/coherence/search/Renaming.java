// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Operation;

/** Successful calls that change names. Their effect is all at one moment, times included. */
final class Renaming {
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;

  private final NameIndex names;

  Renaming(NameIndex names) {
    this.names = names;
  }

  void steps(Task task) {
    Operation operation = task.operation;
    String path = operation.path();
    int name = names.of(path);
    int parent = names.parent(path);
    switch (operation.kind()) {
      case CREATE -> make(task, name, parent, Attr.FILE, operation.mode(), true);
      case MKDIR -> make(task, name, parent, Attr.DIRECTORY, operation.mode(), false);
      case SYMLINK -> make(task, name, parent, Attr.SYMLINK, 0777, false);
      case LINK -> link(task, name, operation.arguments().get(1));
      case UNLINK ->
          task.then(
              Step.change(
                  state -> state.at(name) != State.NONE && !isDirectory(state, name),
                  state -> {
                    int inode = state.at(name);
                    state.add(inode, State.NLINK, -1);
                    changed(state, inode, task);
                    state.lead(name, State.NONE);
                    modified(state, parent, task);
                  }));
      case RMDIR ->
          task.then(
              Step.change(
                  state -> isDirectory(state, name),
                  state -> {
                    state.set(state.at(name), State.NLINK, 0);
                    changed(state, state.at(name), task);
                    state.lead(name, State.NONE);
                    state.add(state.at(parent), State.NLINK, -1);
                    modified(state, parent, task);
                  }));
      case RENAME -> {
        String path2 = operation.arguments().get(1);
        rename(task, name, parent, names.of(path2), names.parent(path2), (int) operation.number());
      }
      default -> throw new IllegalArgumentException(operation.text());
    }
  }

  private static void make(Task task, int name, int parent, int type, int mode, boolean opens) {
    task.then(
        Step.change(
            state -> state.at(name) == State.NONE,
            state -> make(state, task, name, parent, type, mode, opens)));
  }

  /** A new inode, with the number of the operation. */
  static void make(
      State state, Task task, int name, int parent, int type, int mode, boolean opens) {
    int inode = task.index;
    state.set(inode, State.TYPE, type);
    state.set(inode, State.INO, State.UNKNOWN);
    state.set(inode, State.MODE, mode);
    state.set(inode, State.NLINK, type == Attr.DIRECTORY ? 2 : 1);
    state.set(inode, State.SIZE, 0);
    if (type == Attr.SYMLINK) {
      String target = task.operation.arguments().get(1);
      state.set(inode, State.SIZE, target.length());
      state.set(inode, State.TARGET, NameIndex.target(target));
    }
    state.set(inode, State.MTIME, Inodes.unseen(task.index));
    state.set(inode, State.CTIME, Inodes.unseen(task.index));
    state.lead(name, inode);
    if (type == Attr.DIRECTORY) {
      state.add(state.at(parent), State.NLINK, 1);
    }
    modified(state, parent, task);
    if (opens) {
      state.hold(task.worker(), inode);
    }
  }

  // The old name is resolved first; what it led to gets the new name, if it has any name left.
  private void link(Task task, int old, String newPath) {
    int name = names.of(newPath);
    int parent = names.parent(newPath);
    int worker = task.worker();
    task.then(
        Step.change(
            state -> state.at(old) != State.NONE && !isDirectory(state, old),
            state -> state.bind(worker, state.at(old))));
    task.then(
        Step.change(
            state ->
                state.at(name) == State.NONE && state.get(state.bound(worker), State.NLINK) > 0,
            state -> {
              int inode = state.bound(worker);
              state.add(inode, State.NLINK, 1);
              changed(state, inode, task);
              state.lead(name, inode);
              modified(state, parent, task);
            }));
  }

  private static void rename(Task task, int from, int fromParent, int to, int toParent, int flags) {
    task.then(
        Step.change(
            state -> {
              int moved = state.at(from);
              int victim = state.at(to);
              if (moved == State.NONE
                  || (flags == RENAME_NOREPLACE && victim != State.NONE)
                  || (flags == RENAME_EXCHANGE && victim == State.NONE)) {
                return false;
              }
              return flags == RENAME_EXCHANGE
                  || victim == State.NONE
                  || isDirectory(state, from) == isDirectory(state, to);
            },
            state -> {
              int moved = state.at(from);
              int victim = state.at(to);
              if (moved == victim) {
                return; // two names of one file stay as they are
              }
              boolean exchange = flags == RENAME_EXCHANGE;
              if (isDirectory(state, from)) {
                state.add(state.at(fromParent), State.NLINK, -1);
                state.add(state.at(toParent), State.NLINK, 1);
              }
              if (victim != State.NONE) {
                if (isDirectory(state, to)) {
                  state.add(state.at(toParent), State.NLINK, -1);
                  if (exchange) {
                    state.add(state.at(fromParent), State.NLINK, 1);
                  } else {
                    state.set(victim, State.NLINK, 0);
                  }
                } else if (!exchange) {
                  state.add(victim, State.NLINK, -1);
                }
                changed(state, victim, task);
              }
              changed(state, moved, task);
              state.lead(to, moved);
              state.lead(from, exchange ? victim : State.NONE);
              modified(state, fromParent, task);
              modified(state, toParent, task);
            }));
  }

  private static boolean isDirectory(State state, int name) {
    return state.is(state.at(name), Attr.DIRECTORY);
  }

  private static void changed(State state, int inode, Task task) {
    state.set(inode, State.CTIME, Inodes.unseen(task.index));
  }

  private static void modified(State state, int directory, Task task) {
    int inode = state.at(directory);
    state.set(inode, State.MTIME, Inodes.unseen(task.index));
    changed(state, inode, task);
  }
}
