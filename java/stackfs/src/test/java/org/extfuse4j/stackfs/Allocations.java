// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/** What the threads of a session allocate, by the JVM's own counters. */
final class Allocations {
  private Allocations() {}

  /** Bytes for each request of these kinds that the work makes. */
  static double perRequest(StackMount mount, Runnable work, int... opcodes) {
    List<Thread> serving = serving(); // not what one takes that is started meanwhile
    long before = allocated(serving);
    long requests = received(mount, opcodes);
    work.run();
    requests = received(mount, opcodes) - requests;
    assertThat(requests).isPositive();
    return (double) (allocated(serving) - before) / requests;
  }

  private static long received(StackMount mount, int... opcodes) {
    return Arrays.stream(opcodes).mapToLong(o -> mount.session.counters().received(o)).sum();
  }

  private static List<Thread> serving() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("fuse-\\d+"))
        .toList();
  }

  // Nothing (-1) of one that has ended.
  private static long allocated(List<Thread> serving) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return serving.stream()
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
        .sum();
  }
}
