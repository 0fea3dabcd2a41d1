// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Puts events in the order of their times. Every processor has a buffer of its own, and the kernel
 * can find one empty a moment before it fills: then an effect on one processor is read before its
 * cause on another. Events are held back for as long as that can be. For one thread.
 */
final class InOrder {
  private static final long HOLD_US = 5_000;
  private static final int MOST = 1 << 14;

  private record Held(TraceEvent.Timed event, long arrival) {}

  private final PriorityQueue<Held> held =
      new PriorityQueue<>(
          Comparator.comparingLong((Held h) -> h.event.timeUs()).thenComparingLong(Held::arrival));
  private final Consumer<TraceEvent.Timed> next;
  private long arrivals;
  private long latest = Long.MIN_VALUE;

  InOrder(Consumer<TraceEvent.Timed> next) {
    this.next = next;
  }

  /** Takes an event, and gives on those that are old enough. */
  void add(TraceEvent.Timed event) {
    held.add(new Held(event, arrivals++));
    latest = Math.max(latest, event.timeUs());
    while (held.size() > MOST || held.peek().event.timeUs() < latest - HOLD_US) {
      next.accept(held.poll().event);
    }
  }

  /** Gives all on: nothing came for a while. */
  void drain() {
    while (!held.isEmpty()) {
      next.accept(held.poll().event);
    }
  }
}
