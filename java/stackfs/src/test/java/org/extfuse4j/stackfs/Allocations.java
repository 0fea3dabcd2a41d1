// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What the threads of a session allocate, by the JVM's own counters. */
final class Allocations {
  private Allocations() {}

  /** Bytes for each request of these kinds that the work makes. */
  static double perRequest(StackMount mount, Runnable work, int... opcodes) {
    long before = allocated();
    long requests = received(mount, opcodes);
    work.run();
    requests = received(mount, opcodes) - requests;
    assertThat(requests).isPositive();
    return (double) (allocated() - before) / requests;
  }

  private static long received(StackMount mount, int... opcodes) {
    return Arrays.stream(opcodes).mapToLong(o -> mount.session.counters().received(o)).sum();
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("fuse-\\d"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
        .sum();
  }
}
