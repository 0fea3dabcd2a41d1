// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_KEEP_CACHE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.extfuse4j.jnrfuse.node.PathNode;

/**
 * What directories contained when they were last told, for as long as it is believed: meanwhile the
 * kernel reads it again out of its page cache, and from here if it has lost a part of that. Only
 * what was told without offsets, all at once, is kept: else nobody knows when it was all told.
 *
 * <p>Of a directory only one open stream at a time may put names into the kernel's cache, and use
 * it: if there were two, an answer to the first could be put where the second has begun anew
 * because of a change which that answer does not show. The others are served as if there was no
 * cache.
 *
 * <p>The kernel drops its copy when a directory is opened without what is kept here. It knows no
 * time, so a thread tells it of streams that are still open when their names are not believed any
 * more, within {@value #PERIOD_MS} ms.
 */
public final class Listings implements AutoCloseable {
  private static final long BUDGET = 16L << 20;
  private static final int OVERHEAD = 200;
  private static final long PERIOD_MS = 250;
  private static final int IDLE_PERIODS = 40;
  private static final int BASE_SHIFT = 32;
  private static final long BASES = 1L << 30;

  /** A directory as it was told once. */
  public static final class Listing {
    private final byte[] records;
    private final int length;
    private final long base;
    private final long changes;
    private final int epoch;
    private final long untilNs;

    /**
     * All of it.
     *
     * @param records as READDIR gives them; not to be written any more
     * @param length bytes of it
     * @param base what was added to its offsets: the kernel does not join parts of two tellings
     * @param changes the node's count before it was told
     * @param epoch of the cache, before it was told
     * @param untilNs when to stop believing it, by System.nanoTime()
     */
    public Listing(byte[] records, int length, long base, long changes, int epoch, long untilNs) {
      this.records = records;
      this.length = length;
      this.base = base;
      this.changes = changes;
      this.epoch = epoch;
      this.untilNs = untilNs;
    }

    byte[] records() {
      return records;
    }

    int length() {
      return length;
    }

    public long base() {
      return base;
    }

    long changes() {
      return changes;
    }

    int epoch() {
      return epoch;
    }

    long untilNs() {
      return untilNs;
    }
  }

  private final Freshness fresh;
  private final Invalidation kernel;
  // Guarded by this, as is all below.
  private final Map<Long, Listing> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Long, FillDir> streams = new HashMap<>();
  private long bytes;
  private long tellings;
  private boolean resting;
  private boolean closed;

  public Listings(Freshness fresh, Invalidation kernel) {
    this.fresh = fresh;
    this.kernel = kernel;
  }

  /** Starts the thread; an Error if there can be none, before anything is kept. */
  public void start() {
    Thread watcher = new Thread(this::watch, "extfuse-listings");
    watcher.setDaemon(true);
    watcher.start();
  }

  /**
   * A stream is being opened; open flags for it. If {@link FillDir#caching} is true then, {@link
   * #closed} must follow.
   */
  public synchronized int opened(PathNode node, FillDir stream) {
    if (closed || !fresh.keepsListings()) {
      return 0;
    }
    if (streams.containsKey(node.nodeid())) {
      return FOPEN_KEEP_CACHE; // it is the other's
    }
    streams.put(node.nodeid(), stream);
    Listing known = kept.get(node.nodeid());
    boolean keeps = known != null && fresh.isValid(node, known);
    if (!keeps) {
      drop(node.nodeid());
    }
    stream.caches(keeps ? known : null);
    if (resting) {
      notifyAll();
    }
    return FOPEN_CACHE_DIR | (keeps ? FOPEN_KEEP_CACHE : 0);
  }

  public synchronized void closed(long nodeid) {
    streams.remove(nodeid);
  }

  /** For the next telling. */
  public synchronized long base() {
    return (++tellings % BASES) << BASE_SHIFT;
  }

  /**
   * The stream that may put names into the kernel's cache was told all of them for the first time.
   */
  public synchronized void publish(long nodeid, Listing listing) {
    drop(nodeid);
    kept.put(nodeid, listing);
    bytes += cost(listing);
    Iterator<Listing> oldest = kept.values().iterator();
    while (bytes > BUDGET) {
      bytes -= cost(oldest.next());
      oldest.remove();
    }
  }

  /** What the kernel has may not be one telling: the next opening drops it. */
  public synchronized void drop(long nodeid) {
    Listing old = kept.remove(nodeid);
    bytes -= old == null ? 0 : cost(old);
  }

  private static long cost(Listing listing) {
    return (long) OVERHEAD + listing.records.length;
  }

  // Streams that nobody watches would be believed for ever: whatever is thrown, it goes on.
  private void watch() {
    int idle = 0;
    while (true) {
      try {
        for (long nodeid : outdated()) {
          kernel.namesOutdated(nodeid);
        }
        synchronized (this) {
          idle = streams.isEmpty() ? idle + 1 : 0;
          if (closed) {
            return;
          }
          resting = idle > IDLE_PERIODS;
          wait(resting ? 0 : PERIOD_MS);
          resting = false;
        }
      } catch (InterruptedException e) {
        // Nobody's here: close() says so otherwise.
      } catch (RuntimeException | Error e) {
        kernel.failed("watching directories", e);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PERIOD_MS));
      }
    }
  }

  private synchronized List<Long> outdated() {
    List<Long> nodes = new ArrayList<>();
    streams.forEach(
        (nodeid, stream) -> {
          if (stream.outdated()) {
            nodes.add(nodeid);
          }
        });
    return nodes;
  }

  @Override
  public synchronized void close() {
    closed = true;
    kept.clear();
    notifyAll();
  }
}
