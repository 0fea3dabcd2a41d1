// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

/**
 * The threads of a session. For a file system whose methods may block, or use the mount themselves,
 * there must be one left to serve the others.
 *
 * @param first how many there are from the start, at least 1
 * @param most how many there may be: another one starts when all are busy, and ends when {@code
 *     first} and {@value #SPARE} more are idle
 * @param deadlineNs how long a method may take, in nanoseconds; the kernel then gets ETIMEDOUT, and
 *     what the method answers later is refused like any reply that the kernel did not take. 0 is
 *     forever; a lock that is waited for (SETLKW) has no deadline
 * @param pollNs how long a thread asks for the next request again and again before it waits to be
 *     woken, in nanoseconds; meanwhile it takes a processor. 0 is not at all, and so is it on a
 *     machine with one
 * @param daemon whether the process may end while they run
 */
public record FuseThreads(int first, int most, long deadlineNs, long pollNs, boolean daemon) {
  /**
   * How many that were needed once may stay idle: to start and end one with each request would cost
   * many times what the request does.
   */
  public static final int SPARE = 8;

  /** Refuses numbers that make no sense. */
  public FuseThreads {
    if (first < 1) {
      throw new IllegalArgumentException("a session needs at least one thread, not " + first);
    }
    if (most < first || deadlineNs < 0 || pollNs < 0) {
      throw new IllegalArgumentException("no session has " + first + " to " + most + " threads");
    }
  }

  /** That many threads, for methods that return. */
  public static FuseThreads fixed(int threads) {
    return new FuseThreads(threads, threads, 0, 0, false);
  }

  /** As many as processors, at least 2 and at most 4. */
  public static FuseThreads forThisMachine() {
    return fixed(Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors())));
  }

  /** The same threads, polling. */
  public FuseThreads polling(long ns) {
    return new FuseThreads(first, most, deadlineNs, ns, daemon);
  }
}
