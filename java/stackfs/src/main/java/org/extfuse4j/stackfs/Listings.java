// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.extfuse4j.fuse.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.FuseFlags.FOPEN_KEEP_CACHE;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Which directories' names the kernel may keep in its page cache and read again without asking.
 *
 * <p>The kernel itself drops what it keeps when a change through the mount has ended, and compares
 * times (fs/fuse/readdir.c). That is not all it takes:
 *
 * <ul>
 *   <li>Of a change whose caller was killed it does not hear the end. So what was kept before a
 *       change is dropped at the next opening, whatever became of the change.
 *   <li>A flush ends what was kept before it.
 *   <li>If two processes read a directory, an answer to the first may be put where the second has
 *       just begun anew because of a change that the answer does not show; it would be believed
 *       from then on. So one open directory at a time may put names there, and use them. The next
 *       one is served without it.
 * </ul>
 *
 * <p>Thread-safe; the methods that take a node are called with its lock or without.
 */
final class Listings {
  /** One directory. Guarded by its bin in the map. */
  private static final class Listing {
    boolean open;
    boolean whole;
    int epoch;
  }

  private final ConcurrentHashMap<Long, Listing> all = new ConcurrentHashMap<>();

  /**
   * A directory is being opened.
   *
   * @param epoch of the cache
   * @return open flags; if FOPEN_CACHE_DIR is one, {@link #closed} must follow
   */
  int opened(long nodeid, int epoch) {
    int[] flags = new int[1];
    all.compute(
        nodeid,
        (id, known) -> {
          Listing listing = known == null ? new Listing() : known;
          if (listing.open) {
            flags[0] = FOPEN_KEEP_CACHE; // it is the other's
          } else {
            listing.open = true;
            boolean keeps = listing.whole && listing.epoch == epoch;
            flags[0] = FOPEN_CACHE_DIR | (keeps ? FOPEN_KEEP_CACHE : 0);
            listing.whole = true;
            listing.epoch = epoch;
          }
          return listing;
        });
    return flags[0];
  }

  /** The directory that {@link #opened} gave flags for is closed. */
  void closed(long nodeid) {
    all.computeIfPresent(
        nodeid,
        (id, listing) -> {
          listing.open = false;
          return listing;
        });
  }

  /**
   * Names in a directory may have changed; with the node's lock still held, before the reply: what
   * is kept from now on was read after the change.
   */
  void changed(long nodeid) {
    all.computeIfPresent(
        nodeid,
        (id, listing) -> {
          listing.whole = false;
          return listing;
        });
  }

  /** The node will not be asked for again. */
  void died(long nodeid) {
    all.remove(nodeid);
  }
}
