// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which files' contents the kernel may keep in its page cache from one open(2) to the next
 * (FOPEN_KEEP_CACHE): those of which size and ctime are what they were when the kernel began to
 * keep them.
 *
 * <p>A ctime does not tell of everything:
 *
 * <ul>
 *   <li>Two changes within the resolution of the source's clock leave the same one. So nothing is
 *       kept of a file that was changed a moment before it is opened.
 *   <li>It is that of a write's beginning. So nothing is kept from before a write through the mount
 *       has ended ({@link #drop}).
 *   <li>Who has mapped a file in the source changes it later; FAT has no ctime of its own; a
 *       server's clock may be slow. That is why, without the in-kernel cache, contents are believed
 *       only for as long as attributes may be. With it, sources change through the mount, where
 *       mappings share the pages.
 * </ul>
 *
 * <p>The kernel drops what it had when it learns that a file was opened with nothing to be kept,
 * which is after the reply. If another open(2) could keep meanwhile, it might read what was there
 * before. So contents are kept only from when the first opener has read, or has closed the file:
 * both come after that.
 *
 * <p>Thread-safe.
 */
public final class Contents {
  /** What {@link #opened} returns for a file whose contents are kept. */
  public static final int KEPT = -1;

  /** What it returns for a file of which nothing will be kept. */
  public static final int NONE = 0;

  /** A number that it returns is at most this. */
  private static final int MOST_NUMBERS = (1 << 30) - 1;

  /** The coarsest resolution of a clock is FAT's two seconds; and half a second to be sure. */
  static final long RESOLUTION_NS = 2_500_000_000L;

  /** What is kept of one file, or will be. */
  private static final class Kept {
    final int number;
    final long ctimeNs;
    final long size;
    final int epoch;
    final long untilNs;
    volatile boolean begun;

    Kept(int number, long ctimeNs, long size, int epoch, long untilNs) {
      this.number = number;
      this.ctimeNs = ctimeNs;
      this.size = size;
      this.epoch = epoch;
      this.untilNs = untilNs;
    }
  }

  private final AtomicInteger numbers = new AtomicInteger();
  private final ConcurrentHashMap<Long, Kept> all = new ConcurrentHashMap<>();

  /**
   * The daemon has opened a file, and looked at it after that.
   *
   * @param ctimeNs of the file
   * @param epoch of the cache, before it was opened
   * @param realNs the time of day, which ctimes are in
   * @param nowNs by System.nanoTime()
   * @param validNs how long contents are believed
   * @return KEPT, NONE, or a positive number, with which {@link #begun} must be called when the
   *     kernel has dropped what it had, or {@link #refused} if it did not hear
   */
  public int opened(
      long nodeid, long ctimeNs, long size, int epoch, long realNs, long nowNs, long validNs) {
    Kept known = all.get(nodeid);
    if (known != null
        && known.ctimeNs == ctimeNs
        && known.size == size
        && known.epoch == epoch
        && known.untilNs - nowNs > 0) {
      return known.begun ? KEPT : NONE;
    }
    if (isRecent(ctimeNs, realNs)) {
      all.remove(nodeid);
      return NONE;
    }
    int number = 1 + Math.floorMod(numbers.getAndIncrement(), MOST_NUMBERS);
    all.put(nodeid, new Kept(number, ctimeNs, size, epoch, nowNs + validNs));
    return number;
  }

  /** What {@link #opened} gave a number for is kept from now on, if it is the latest. */
  public void begun(long nodeid, int number) {
    Kept kept = all.get(nodeid);
    if (kept != null && kept.number == number) {
      kept.begun = true;
    }
  }

  /** The kernel did not hear that the file was opened, and has dropped nothing. */
  public void refused(long nodeid, int number) {
    all.computeIfPresent(nodeid, (id, kept) -> kept.number == number ? null : kept);
  }

  /**
   * Nothing is kept of the file that was read until now: it has been changed through the mount, and
   * who did it does not know yet; or its node will not be asked for again.
   */
  public void drop(long nodeid) {
    all.remove(nodeid);
  }

  /** Whether another change, a moment after the one at {@code ctimeNs}, might leave that too. */
  static boolean isRecent(long ctimeNs, long realNs) {
    return realNs - ctimeNs < RESOLUTION_NS;
  }
}
