// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.FuseInit;

/**
 * A cache without a kernel. What it is asked for goes to a journal, and a grace period lasts until
 * the test lets it end.
 */
final class FakeCache implements MetadataCache {
  /** What was asked for, in order: "drop 5", "grace", "release 2". */
  final List<String> journal = new CopyOnWriteArrayList<>();

  private final long[] lookups;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);

  FakeCache(int slots) {
    lookups = new long[slots];
    for (int slot = 0; slot < slots; slot++) {
      free.add(slot);
    }
  }

  /** A handler answers a LOOKUP with the node of this slot. */
  synchronized void kernelLooksUp(int slot) {
    lookups[slot]++;
  }

  /** Waits until a grace period has begun. */
  void awaitGracePeriod() throws InterruptedException {
    if (!begun.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("no grace period was asked for: " + journal);
    }
  }

  boolean gracePeriodBegun() {
    return begun.availablePermits() > 0;
  }

  void endGracePeriod() {
    mayEnd.release();
  }

  @Override
  public void init(FuseInit init) {}

  @Override
  public boolean active() {
    return true;
  }

  @Override
  public synchronized int acquireSlot() {
    // As the real one: what was given back last is given out first.
    int slot = free.isEmpty() ? -1 : free.pop();
    if (slot >= 0) {
      lookups[slot] = 0;
    }
    return slot;
  }

  @Override
  public synchronized void releaseSlot(int slot) {
    journal.add("release " + slot);
    free.push(slot);
  }

  @Override
  public synchronized long lookups(int slot) {
    return slot < 0 ? 0 : lookups[slot];
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {}

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {}

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch) {}

  @Override
  public void withholdAttr(CachedNode node, int epoch) {}

  @Override
  public void dropAttr(CachedNode node) {
    journal.add("drop " + node.nodeid());
  }

  @Override
  public void gracePeriod() {
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
}
