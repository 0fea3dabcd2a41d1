// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

/**
 * When what is cached ceases to be believed: an absolute time of CLOCK_MONOTONIC, in the maps'
 * ticks of 2^24 ns (17 ms). The handlers compare it with the clock, so it holds however long nobody
 * asks.
 */
public final class Expiry {
  /** It is believed until it is changed or dropped. */
  public static final int NEVER = 0;

  private static final long LONGEST_NS = 365L * 24 * 3600 * 1_000_000_000L;

  private Expiry() {}

  /**
   * The time at most {@code ns} nanoseconds from now, a tick earlier rather than later.
   *
   * @param ns from 0; a year and more counts as a year, because ticks are compared modulo 2^32
   */
  public static int in(long ns) {
    // System.nanoTime() is CLOCK_MONOTONIC on Linux, as bpf_ktime_get_ns() is.
    return at(System.nanoTime(), ns);
  }

  /** Whether a time is over, as the handlers reckon. */
  static boolean isOver(int expires, long now) {
    return expires != NEVER && ticksLeft(expires, now) <= 0;
  }

  /** Nanoseconds until a time, at {@code now}; negative if it is over. */
  static long left(int expires, long now) {
    long tick = 1L << MapLayout.TICK_SHIFT;
    return ticksLeft(expires, now) * tick - (now & (tick - 1));
  }

  private static int ticksLeft(int expires, long now) {
    return expires - (int) (now >> MapLayout.TICK_SHIFT);
  }

  static int at(long now, long ns) {
    int tick = (int) ((now + Math.min(ns, LONGEST_NS)) >> MapLayout.TICK_SHIFT);
    return tick == NEVER ? NEVER - 1 : tick;
  }
}
