// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.function.Predicate;
import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Kind;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.search.Step.Now;

/** Calls that failed: each errno says what the names were at a moment. */
final class Failing {
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;

  private final NameIndex names;

  Failing(NameIndex names) {
    this.names = names;
  }

  /**
   * Adds the steps of a call that failed. An errno that the call cannot give has no moment.
   *
   * @param fuseLosesLinks whether link(2) may find no links where there are some. FUSE takes one
   *     off the kernel's own count when it reads the reply to UNLINK (fuse_entry_unlinked() of
   *     fs/fuse/dir.c), also if a lookup in between has fetched the count that the removal left: it
   *     is then one too low until the next lookup, and vfs_link() refuses what has none. That is so
   *     with any daemon.
   */
  void steps(Task task, boolean fuseLosesLinks) {
    Operation operation = task.operation;
    if (operation.kind().usesFile()) {
      task.then(Step.sees(state -> false));
    } else if (operation.kind() == Kind.LINK) {
      link(task, fuseLosesLinks);
    } else if (operation.kind() == Kind.RENAME) {
      task.then(Step.sees(rename(operation)));
    } else {
      task.then(Step.sees(one(operation)));
    }
  }

  private Predicate<State> one(Operation operation) {
    int name = names.of(operation.path());
    Predicate<State> absent = state -> state.at(name) == State.NONE;
    Predicate<State> directory = state -> state.is(state.at(name), Attr.DIRECTORY);
    Predicate<State> link = state -> state.is(state.at(name), Attr.SYMLINK);
    Predicate<State> never = state -> false;
    return switch (operation.kind()) {
      case CREATE, MKDIR, SYMLINK -> operation.result().equals("EEXIST") ? absent.negate() : never;
      case CREAT, OPEN, OTRUNC ->
          switch (operation.result()) {
            case "ENOENT" -> operation.kind() == Kind.CREAT ? never : absent;
            case "EISDIR" -> directory;
            case "ELOOP" -> link;
            default -> never;
          };
      case LSTAT, UTIMENS -> operation.result().equals("ENOENT") ? absent : never;
      // Symbolic links lead nowhere.
      case STAT, CHMOD -> operation.result().equals("ENOENT") ? absent.or(link) : never;
      case TRUNCATE ->
          switch (operation.result()) {
            case "ENOENT" -> absent.or(link);
            case "EISDIR" -> directory;
            default -> never;
          };
      case READLINK ->
          switch (operation.result()) {
            case "ENOENT" -> absent;
            case "EINVAL" -> absent.or(link).negate();
            default -> never;
          };
      case UNLINK ->
          switch (operation.result()) {
            case "ENOENT" -> absent;
            case "EISDIR" -> directory;
            default -> never;
          };
      case RMDIR ->
          switch (operation.result()) {
            case "ENOENT" -> absent;
            case "ENOTDIR" -> absent.or(directory).negate();
            default -> never;
          };
      default -> never;
    };
  }

  private Predicate<State> rename(Operation operation) {
    int from = names.of(operation.path());
    int to = names.of(operation.arguments().get(1));
    long flags = operation.number();
    return state -> {
      int moved = state.at(from);
      int victim = state.at(to);
      boolean both = moved != State.NONE && victim != State.NONE;
      boolean movesDirectory = state.is(moved, Attr.DIRECTORY);
      boolean onDirectory = state.is(victim, Attr.DIRECTORY);
      return switch (operation.result()) {
        case "ENOENT" -> moved == State.NONE || (flags == RENAME_EXCHANGE && victim == State.NONE);
        case "EEXIST" -> both && flags == RENAME_NOREPLACE;
        case "ENOTDIR" -> both && flags == 0 && movesDirectory && !onDirectory;
        case "EISDIR" -> both && flags == 0 && !movesDirectory && onDirectory;
        default -> false;
      };
    };
  }

  // The old name is resolved at one moment, the new one looked at later.
  private void link(Task task, boolean fuseLosesLinks) {
    int worker = task.worker();
    int old = names.of(task.operation.path());
    int name = names.of(task.operation.arguments().get(1));
    Predicate<State> absent = state -> state.at(old) == State.NONE;
    Predicate<State> directory = state -> state.is(state.at(old), Attr.DIRECTORY);
    switch (task.operation.result()) {
      case "ENOENT" ->
          task.then(
                  Step.of(
                      state -> absent.test(state) ? Now.COMPLETES : Now.CHANGES,
                      state -> state.bind(worker, state.at(old))))
              .then(
                  Step.sees(
                      state ->
                          state.at(name) == State.NONE
                              && (state.get(state.bound(worker), State.NLINK) == 0
                                  || (fuseLosesLinks
                                      && !state.is(state.bound(worker), Attr.DIRECTORY)))));
      case "EEXIST" ->
          task.then(Step.sees(absent.negate()))
              .then(Step.sees(state -> state.at(name) != State.NONE));
      case "EPERM" ->
          task.then(Step.sees(directory)).then(Step.sees(state -> state.at(name) == State.NONE));
      default -> task.then(Step.sees(state -> false));
    }
  }
}
