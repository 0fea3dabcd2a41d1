// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

import java.util.ArrayList;
import java.util.List;

/**
 * One call and what came of it.
 *
 * @param worker the process that made it; a process makes one after the other
 * @param invoked when it was called, and
 * @param returned when it had returned, on one clock for all workers
 * @param from the clock of inode times, at or before the call
 * @param to the clock of inode times, at or after its return
 * @param arguments paths first
 * @param result "ok" or the name of errno
 * @param values what it gave besides
 * @param text the call and its result, to show
 */
public record Operation(
    int worker,
    long invoked,
    long returned,
    long from,
    long to,
    Kind kind,
    List<String> arguments,
    String result,
    List<String> values,
    String text) {

  public boolean ok() {
    return result.equals("ok");
  }

  /** Whether it has changed nothing. */
  public boolean observes() {
    return !ok() || kind.observes();
  }

  /** The same, whenever it was; made by another worker. */
  public Operation anyTime(int byWorker) {
    return new Operation(
        byWorker, Long.MIN_VALUE, Long.MAX_VALUE, from, to, kind, arguments, result, values, text);
  }

  /** The same, of what has another name. Nothing is made: the name is there. */
  public Operation at(String path) {
    List<String> others = new ArrayList<>(arguments);
    others.set(0, path);
    Kind found = kind == Kind.CREAT ? Kind.OPEN : kind;
    return new Operation(worker, invoked, returned, from, to, found, others, result, values, text);
  }

  public boolean overlaps(Operation other) {
    return invoked <= other.returned && other.invoked <= returned;
  }

  public String path() {
    return arguments.get(0);
  }

  public long number() {
    return Long.parseLong(arguments.get(arguments.size() - 1));
  }

  public int mode() {
    return Integer.parseInt(arguments.get(arguments.size() - 1), 8);
  }
}
