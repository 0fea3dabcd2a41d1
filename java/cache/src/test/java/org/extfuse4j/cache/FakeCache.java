// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.Slots;
import org.extfuse4j.fuse.protocol.FuseInit;

/**
 * A cache without a kernel. What it is asked for goes to a journal, and a grace period lasts until
 * the test lets it end.
 */
public final class FakeCache implements MetadataCache {
  /** What was asked for, in order: "drop 5", "grace". */
  public final List<String> journal = new CopyOnWriteArrayList<>();

  private final AtomicLongArray counters;
  private final Slots slots;
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);

  /** How many of the next grace periods fail, for want of a descriptor. */
  final AtomicInteger failing = new AtomicInteger();

  public FakeCache(int capacity) {
    counters = new AtomicLongArray(capacity);
    slots =
        new Slots(
            new Slots.Counters() {
              @Override
              public long get(int slot) {
                return counters.get(slot);
              }

              @Override
              public void set(int slot, long value) {
                counters.set(slot, value);
              }

              @Override
              public boolean compareAndSet(int slot, long expected, long value) {
                return counters.compareAndSet(slot, expected, value);
              }
            },
            capacity);
  }

  /** A handler answers a LOOKUP with the node of this slot. */
  public void kernelLooksUp(int slot) {
    counters.accumulateAndGet(slot, MapLayout.USED, (count, used) -> count | used);
    counters.incrementAndGet(slot);
  }

  /** A handler opens the directory with this slot; returns whether nobody had. */
  public boolean kernelOpens(int slot) {
    return (counters.getAndAccumulate(slot, MapLayout.OPEN, (count, open) -> count | open)
            & MapLayout.OPEN)
        == 0;
  }

  /** Waits until a grace period has begun. */
  public void awaitGracePeriod() throws InterruptedException {
    if (!begun.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("no grace period was asked for: " + journal);
    }
  }

  public boolean gracePeriodBegun() {
    return begun.availablePermits() > 0;
  }

  public void endGracePeriod() {
    mayEnd.release();
  }

  @Override
  public void init(FuseInit init) {}

  @Override
  public boolean active() {
    return true;
  }

  @Override
  public Slots slots() {
    return slots;
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {}

  @Override
  public long findEntry(long parent, ByteBuffer name, int offset, int length) {
    return UNKNOWN;
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {}

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {}

  @Override
  public void withholdAttr(CachedNode node, int epoch) {}

  @Override
  public void dropAttr(CachedNode node) {
    journal.add("drop " + node.nodeid());
  }

  @Override
  public boolean openNames(CachedNode directory) {
    return slots.open(directory);
  }

  @Override
  public void closeNames(CachedNode directory) {
    slots.close(directory);
  }

  @Override
  public boolean areNamesOpen(CachedNode directory) {
    return slots.isOpen(directory);
  }

  @Override
  public void gracePeriod() {
    if (failing.get() > 0) {
      failing.decrementAndGet();
      journal.add("no grace");
      throw new IllegalStateException("EMFILE");
    }
    journal.add("grace");
    begun.release();
    try {
      mayEnd.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public int generation() {
    return 1;
  }
}
