// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.extfuse4j.cli.trace.TraceEvent.Task;
import org.extfuse4j.cli.trace.TraceEvent.Verdict;

/**
 * A request from its beginning to its answer.
 *
 * @param timeUs when it was asked for, in microseconds of CLOCK_MONOTONIC
 * @param verdict of the in-kernel program; null without one, and for what the kernel does in the
 *     background
 * @param nodeid empty where the kernel does not show it, as verdict is null
 * @param name as the program saw it, or empty
 * @param child nodeid that a LOOKUP was answered with in the kernel, or 0
 * @param programNs time in the in-kernel program, 0 without a verdict
 * @param error a negative errno, or 0; empty if the answer was not seen
 * @param latencyNs time in the program if that has answered, from sending to the answer otherwise;
 *     empty if the answer was not seen
 * @param state why the answer was not seen
 */
record TracedRequest(
    long timeUs,
    Task task,
    int opcode,
    Verdict verdict,
    OptionalLong nodeid,
    String name,
    long child,
    long programNs,
    OptionalInt error,
    OptionalLong latencyNs,
    State state) {

  /** How far a request has come. */
  enum State {
    /** It has an answer. */
    ANSWERED("answered"),
    /** It is with the daemon, when the trace ends or too much else has happened since. */
    OPEN("open"),
    /** It was never sent: interrupted before, or the connection was gone. */
    UNSENT("unsent"),
    /** The kernel does not tell. */
    UNKNOWN("?");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  boolean inKernel() {
    return verdict == Verdict.ANSWERED;
  }

  /** Whether it has been answered, and not with an error. */
  boolean succeeded() {
    return error.isPresent() && error.getAsInt() == 0;
  }
}
