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
 * @param daemon whether the process may end while they run
 */
public record FuseThreads(int first, int most, long deadlineNs, boolean daemon) {
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
    if (most < first || deadlineNs < 0) {
      throw new IllegalArgumentException("no session has " + first + " to " + most + " threads");
    }
  }

  /** That many threads, for methods that return. */
  public static FuseThreads fixed(int threads) {
    return new FuseThreads(threads, threads, 0, false);
  }
}
