// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

/** A line of the trace. */
sealed interface TraceEvent {
  /** What the in-kernel program made of a request. */
  enum Verdict {
    ANSWERED("answered"),
    DECLINED("declined"),
    NOT_ASKED("not asked");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** As the kernel prints it. */
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Who was running.
   *
   * @param tid of the thread, as the machine's first pid namespace numbers it
   * @param comm its name, bytes as ISO-8859-1
   */
  record Task(int tid, String comm) {}

  /** An event at a moment, in microseconds of CLOCK_MONOTONIC. */
  sealed interface Timed extends TraceEvent {
    long timeUs();

    Task task();
  }

  /**
   * extfuse:extfuse_request: the program has had its say.
   *
   * @param error the answer, a negative errno or 0; 0 as well if it was not answered
   * @param child nodeid that a LOOKUP was answered with, 0 if there is none
   * @param ns time in the program
   * @param name the first one in the request, bytes as ISO-8859-1; empty if it has none
   */
  record Asked(
      long timeUs,
      Task task,
      int opcode,
      long nodeid,
      Verdict verdict,
      int error,
      long child,
      long ns,
      String name)
      implements Timed {}

  /**
   * fuse:fuse_request_send: a request goes to the daemon.
   *
   * @param unique the number of the request; 0 if this kernel shows it before there is one
   */
  record Sent(long timeUs, Task task, long unique, int opcode) implements Timed {}

  /**
   * fuse:fuse_request_end: the daemon has answered, or nobody waits any more.
   *
   * @param error a negative errno, or 0
   */
  record Ended(long timeUs, Task task, long unique, int error) implements Timed {}

  /**
   * The kernel's buffer was full.
   *
   * @param events that were overwritten before they were read, -1 if the kernel does not tell
   */
  record Lost(long events) implements TraceEvent {}
}
