// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Kind;
import org.extfuse4j.coherence.history.Operation;

/** Successful calls that open or change a file. */
final class Changing {
  private static final long NS = 1_000_000_000L;
  private static final int PAGE = 4096;

  private final NameIndex names;

  Changing(NameIndex names) {
    this.names = names;
  }

  void steps(Task task) {
    Operation operation = task.operation;
    int worker = task.worker();
    ToIntFunction<State> held = state -> state.held(worker);
    ToIntFunction<State> bound = state -> state.bound(worker);
    switch (operation.kind()) {
      case CREAT -> creat(task);
      case OPEN -> open(task);
      case OTRUNC -> {
        open(task);
        resize(task, held, 0);
      }
      case FWRITE -> append(task, operation.number());
      case FTRUNCATE -> resize(task, held, operation.number());
      case FCHMOD -> chmod(task, held);
      case CHMOD -> {
        resolve(task, false);
        chmod(task, bound);
      }
      case TRUNCATE -> {
        resolve(task, false);
        resize(task, bound, operation.number());
      }
      case UTIMENS -> {
        resolve(task, true);
        task.then(
            always(
                state -> {
                  state.set(state.bound(worker), State.MTIME, operation.number() * NS);
                  changed(state, state.bound(worker), task);
                }));
      }
      default -> throw new IllegalArgumentException(operation.text());
    }
  }

  // Opens what is there, or else makes it.
  private void creat(Task task) {
    String path = task.operation.path();
    int name = names.of(path);
    task.then(
        Step.change(
            state -> state.at(name) == State.NONE || state.is(state.at(name), Attr.FILE),
            state -> {
              if (state.at(name) == State.NONE) {
                int mode = task.operation.mode();
                Renaming.make(state, task, name, names.parent(path), Attr.FILE, mode, true);
              } else {
                state.hold(task.worker(), state.at(name));
              }
            }));
  }

  private void open(Task task) {
    int name = names.of(task.operation.path());
    task.then(
        Step.change(
            state -> state.is(state.at(name), Attr.FILE),
            state -> state.hold(task.worker(), state.at(name))));
  }

  private void resolve(Task task, boolean links) {
    int name = names.of(task.operation.path());
    boolean filesOnly = task.operation.kind() == Kind.TRUNCATE;
    task.then(
        Step.change(
            state -> {
              int inode = state.at(name);
              return inode != State.NONE
                  && (links || !state.is(inode, Attr.SYMLINK))
                  && (!filesOnly || state.is(inode, Attr.FILE));
            },
            state -> state.bind(task.worker(), state.at(name))));
  }

  // Times first, then the size, and so for each page: nothing keeps those who look out of a write,
  // and FUSE may send it in parts.
  private static void append(Task task, long length) {
    int worker = task.worker();
    task.then(change(state -> state.held(worker), state -> written(state, task)));
    task.then(
        always(
            state -> {
              long size = state.get(state.held(worker), State.SIZE);
              long first = Math.min(length, PAGE - size % PAGE);
              state.add(state.held(worker), State.SIZE, first);
              state.bind(worker, (int) (length - first));
            }));
    task.then(rest(worker, state -> written(state, task)));
    task.then(
        rest(worker, state -> state.add(state.held(worker), State.SIZE, state.bound(worker))));
  }

  private static void written(State state, Task task) {
    state.set(state.held(task.worker()), State.MTIME, Inodes.unseen(task.index));
    changed(state, state.held(task.worker()), task);
  }

  // What is not written yet is in the worker's number.
  private static Step rest(int worker, Consumer<State> take) {
    return Step.of(state -> state.bound(worker) == 0 ? Step.Now.HOLDS : Step.Now.CHANGES, take);
  }

  private void resize(Task task, ToIntFunction<State> of, long size) {
    task.then(
        change(
            of,
            state -> {
              int inode = of.applyAsInt(state);
              state.set(inode, State.SIZE, size);
              state.set(inode, State.MTIME, Inodes.unseen(task.index));
              changed(state, inode, task);
            }));
  }

  private static void chmod(Task task, ToIntFunction<State> of) {
    task.then(
        change(
            of,
            state -> {
              state.set(of.applyAsInt(state), State.MODE, task.operation.mode());
              changed(state, of.applyAsInt(state), task);
            }));
  }

  private static Step change(ToIntFunction<State> of, Consumer<State> take) {
    return Step.change(state -> of.applyAsInt(state) != State.NONE, take);
  }

  private static Step always(Consumer<State> take) {
    return Step.change(state -> true, take);
  }

  private static void changed(State state, int inode, Task task) {
    state.set(inode, State.CTIME, Inodes.unseen(task.index));
  }
}
