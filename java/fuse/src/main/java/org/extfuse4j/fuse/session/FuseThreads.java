// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

/**
 * The threads of a session. For a file system whose methods may block, or use the mount themselves,
 * there must be one left to serve the others.
 *
 * @param first how many there are from the start, at least 1
 * @param most how many there may be: another one starts when all are busy, and ends when {@code
 *     first} and {@value #SPARE} more are idle. One that cannot be started is tried again
 * @param deadlineNs how long a method may take, in nanoseconds; the kernel then gets ETIMEDOUT, and
 *     what the method answers later is refused like any reply that the kernel did not take. 0 is
 *     forever; a lock that is waited for (SETLKW) has no deadline
 * @param pollNs how long a thread asks for the next request again and again before it waits to be
 *     woken, in nanoseconds; meanwhile it takes a processor. 0 is not at all, and so is it on a
 *     machine with one
 * @param daemon whether the process may end while they run
 * @param patienceNs for how long all must have been busy, and none have finished anything, before
 *     another one starts: where requests are short more threads are no help. 0 is at once
 */
public record FuseThreads(
    int first, int most, long deadlineNs, long pollNs, boolean daemon, long patienceNs) {
  /** How many there are at most for a file system whose requests may wait for something else. */
  public static final int MOST = 128;

  /**
   * How many that were needed once may stay idle: to start and end one with each request would cost
   * many times what the request does.
   */
  public static final int SPARE = 8;

  // Most requests take far less, and who waits so long for one does not mind it.
  private static final long PATIENCE_NS = 5_000_000;

  /** Refuses numbers that make no sense. */
  public FuseThreads {
    if (first < 1) {
      throw new IllegalArgumentException("a session needs at least one thread, not " + first);
    }
    if (most < first || deadlineNs < 0 || pollNs < 0 || patienceNs < 0) {
      throw new IllegalArgumentException("no session has " + first + " to " + most + " threads");
    }
  }

  /** Threads of which another one starts at once when all are busy. */
  public FuseThreads(int first, int most, long deadlineNs, long pollNs, boolean daemon) {
    this(first, most, deadlineNs, pollNs, daemon, 0);
  }

  /** That many threads, for methods that return. */
  public static FuseThreads fixed(int threads) {
    return new FuseThreads(threads, threads, 0, 0, false);
  }

  /**
   * As many as processors, at least 2 and at most 4; and up to {@value #MOST} while all of them
   * wait, as for a source that is frozen.
   */
  public static FuseThreads forThisMachine() {
    int first = Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors()));
    return new FuseThreads(first, MOST, 0, 0, false, PATIENCE_NS);
  }

  /** The same threads, polling. */
  public FuseThreads polling(long ns) {
    return new FuseThreads(first, most, deadlineNs, ns, daemon, patienceNs);
  }
}
