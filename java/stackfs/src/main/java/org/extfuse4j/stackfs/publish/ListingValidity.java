// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_KEEP_CACHE;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Which directories' names the kernel may keep in its page cache where there is no in-kernel cache
 * ({@link Listings} if there is): for as long as names, and that there are no others, are believed,
 * and not when the directory's ctime shows a change, for which the same holds as for that of a file
 * ({@link Contents}).
 *
 * <p>One stream at a time may put names there, and use them: if there were two, an answer to the
 * first could be put where the second has begun anew because of a change which that answer does not
 * show.
 *
 * <p>A stream that begins anew while it is open, by rewinddir(3), uses what is kept until the
 * kernel hears of another mtime, so attributes must not be believed for longer than names.
 *
 * <p>Names that are read from there do not bring attributes with them, as an answer to READDIRPLUS
 * does. So they are kept only until the kernel forgets a node, whichever that is: it may have been
 * one of the directory's.
 *
 * <p>Thread-safe.
 */
public final class ListingValidity {
  /** What is kept of one directory, or is being read. Guarded by its bin in the map. */
  private static final class Kept {
    final long ctimeNs;
    final long forgets;
    final long untilNs;
    boolean open = true;

    Kept(long ctimeNs, long forgets, long untilNs) {
      this.ctimeNs = ctimeNs;
      this.forgets = forgets;
      this.untilNs = untilNs;
    }
  }

  private final ConcurrentHashMap<Long, Kept> all = new ConcurrentHashMap<>();

  /**
   * The daemon has opened a directory, and looked at it after that.
   *
   * @param ctimeNs of the directory
   * @param forgets how often the kernel has forgotten a node
   * @param realNs the time of day, which ctimes are in
   * @param nowNs by System.nanoTime()
   * @param validNs how long names are believed
   * @return open flags; if FOPEN_CACHE_DIR is one, {@link #closed} must follow, or {@link #drop}
   */
  public int opened(
      long nodeid, long ctimeNs, long forgets, long realNs, long nowNs, long validNs) {
    int[] flags = {0};
    all.compute(
        nodeid,
        (id, known) -> {
          if (known != null && known.open) {
            flags[0] = FOPEN_KEEP_CACHE; // it is the other's
            return known;
          }
          if (known != null
              && known.ctimeNs == ctimeNs
              && known.forgets == forgets
              && known.untilNs - nowNs > 0) {
            flags[0] = FOPEN_CACHE_DIR | FOPEN_KEEP_CACHE;
            known.open = true;
            return known;
          }
          if (Contents.isRecent(ctimeNs, realNs)) {
            return null;
          }
          flags[0] = FOPEN_CACHE_DIR;
          return new Kept(ctimeNs, forgets, nowNs + validNs);
        });
    return flags[0];
  }

  /** The directory that {@link #opened} gave flags for is closed. */
  public void closed(long nodeid) {
    all.computeIfPresent(
        nodeid,
        (id, kept) -> {
          kept.open = false;
          return kept;
        });
  }

  /**
   * Nothing is kept of the directory: the kernel did not hear that it was opened, and has dropped
   * nothing; or its node will not be asked for again.
   */
  public void drop(long nodeid) {
    all.remove(nodeid);
  }
}
