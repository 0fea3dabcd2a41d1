// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_KEEP_CACHE;

import java.util.concurrent.ConcurrentHashMap;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.stackfs.caller.OpenBudget;
import org.extfuse4j.stackfs.node.StackNode;

/**
 * Which directories' names the kernel may keep in its page cache and read again without asking, and
 * which it may even open without asking.
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
 *       from then on. So one stream at a time may put names there, and use them ({@link
 *       MetadataCache#openNames}). The next one is served without it.
 * </ul>
 *
 * <p>Of a stream that the kernel opens by itself the daemon hears when names are wanted that are
 * not kept, or not before it is closed. It is opened only while nothing has to be dropped; what
 * changes meanwhile is noted here, as for any other.
 *
 * <p>Thread-safe; the methods that take a node are called with its lock or without.
 */
public final class Listings implements AutoCloseable {
  private static final int NONE = -1;

  /** What is kept of one directory. Guarded by its bin in the map. */
  private static final class Listing {
    // Nothing has changed since it is kept, and it is of this epoch.
    volatile boolean complete;
    final int epoch;
    // Where the names of a stream come from that the kernel has opened.
    volatile int dir = NONE;

    Listing(boolean complete, int epoch) {
      this.complete = complete;
      this.epoch = epoch;
    }
  }

  private final MetadataCache cache;
  private final OpenBudget opens;

  // Without an entry: nothing is kept, but for what a stream that the kernel has opened keeps.
  private final ConcurrentHashMap<Long, Listing> all = new ConcurrentHashMap<>();

  /**
   * Nothing is kept yet.
   *
   * @param opens what the streams' descriptors count in
   */
  public Listings(MetadataCache cache, OpenBudget opens) {
    this.cache = cache;
    this.opens = opens;
  }

  /**
   * The daemon is opening a directory.
   *
   * @param epoch of the cache
   * @return open flags; if FOPEN_CACHE_DIR is one, {@link #closed} must follow
   */
  public int opened(StackNode node, int epoch) {
    if (!cache.openNames(node)) {
      return FOPEN_KEEP_CACHE; // it is the other's
    }
    int[] flags = {FOPEN_CACHE_DIR};
    all.compute(
        node.nodeid(),
        (id, known) -> {
          if (known != null && known.complete && known.epoch == epoch) {
            flags[0] |= FOPEN_KEEP_CACHE;
            return known;
          }
          return new Listing(true, epoch);
        });
    return flags[0];
  }

  /** The directory that {@link #opened} gave flags for is closed. */
  public void closed(StackNode node) {
    cache.closeNames(node);
  }

  /**
   * The directory that the kernel had opened is closed.
   *
   * @param epoch that had begun when it was opened
   */
  public void closedByKernel(StackNode node, int epoch) {
    all.compute(
        node.nodeid(),
        (id, known) -> {
          Listing listing = known == null ? new Listing(true, epoch) : known;
          closeDir(listing);
          return listing;
        });
    cache.closeNames(node);
  }

  /** The descriptor of the stream that the kernel has opened, or -1 if there is none yet. */
  public int dir(StackNode node) {
    Listing listing = all.get(node.nodeid());
    return listing == null ? NONE : listing.dir;
  }

  /**
   * Names are wanted of the stream that the kernel has opened.
   *
   * @param dir a new descriptor, which is taken, or closed if there is one already
   * @param epoch that had begun when it was opened
   * @return the stream's descriptor
   */
  public int useDir(StackNode node, int dir, int epoch) {
    return all.compute(
            node.nodeid(),
            (id, known) -> {
              Listing listing = known == null ? new Listing(true, epoch) : known;
              if (listing.dir == NONE) {
                listing.dir = dir;
              } else {
                opens.close(dir);
              }
              return listing;
            })
        .dir;
  }

  /**
   * Names in a directory may have changed; with the node's lock still held, before the reply: what
   * is kept from now on was read after the change.
   */
  public void changed(StackNode node) {
    all.compute(
        node.nodeid(),
        (id, known) -> {
          if (known != null) {
            known.complete = false;
            return known;
          }
          return cache.areNamesOpen(node) ? new Listing(false, 0) : null;
        });
  }

  /** Whether nothing that is kept has to be dropped; with the node's lock held. */
  public boolean mayOpenInKernel(StackNode node, int epoch) {
    // In this order: what is kept is noted before the stream counts as closed.
    boolean open = cache.areNamesOpen(node);
    Listing listing = all.get(node.nodeid());
    return listing == null ? !open : listing.complete && listing.epoch == epoch;
  }

  /** The node will not be asked for again. */
  public void died(StackNode node) {
    Listing listing = all.remove(node.nodeid());
    if (listing != null) {
      closeDir(listing);
    }
  }

  /** Closes what the kernel has not closed; no request is under way any more. */
  @Override
  public void close() {
    all.values().forEach(this::closeDir);
  }

  private void closeDir(Listing listing) {
    if (listing.dir != NONE) {
      opens.close(listing.dir);
      listing.dir = NONE;
    }
  }
}
