// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.extfuse4j.bpf.BpfBatch;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.MapLayout.EntryValue;

/**
 * Makes room in a full map of names: reads some elements in one call and removes those that were
 * not used for longest, in another. The order of a hash map is random, so this is LRU by sampling
 * (as Redis does it): a fraction of the sample goes. Handlers stamp what they answer with the lap,
 * which counts quarters of the map that were replaced.
 *
 * <p>Removing a name is always right: it costs the next one who asks an upcall.
 */
final class EntryEviction {
  private static final int SAMPLE = 256;
  private static final int ROOM = 48;
  private static final int OLDEST = 15;

  private final Control control;
  private final Changes changes;
  private final BpfMap map;
  private final int keySize;
  private final int quarter;
  private final ReentrantLock busy = new ReentrantLock();

  // Guarded by busy; made when the map is full for the first time.
  private BpfBatch batch;
  private NativeBuffer keys;
  private NativeBuffer values;
  private NativeBuffer victims;
  private final int[] byAge = new int[OLDEST + 1];
  private long untilNextLap;

  private final AtomicLong evicted = new AtomicLong();

  EntryEviction(Control control, Changes changes, BpfMap map, int keySize) {
    this.control = control;
    this.changes = changes;
    this.map = map;
    this.keySize = keySize;
    this.quarter = Math.max(1, map.maxEntries() / 4);
    this.untilNextLap = quarter;
  }

  long evicted() {
    return evicted.get();
  }

  /** Returns whether there may be room now; not if another thread is at it. */
  boolean makeRoom() {
    if (!busy.tryLock()) {
      return false;
    }
    try {
      return evict() > 0;
    } finally {
      busy.unlock();
    }
  }

  private int evict() {
    if (batch == null) {
      batch = map.newBatch();
      keys = NativeBuffer.allocate(SAMPLE * keySize);
      values = NativeBuffer.allocate(SAMPLE * EntryValue.SIZE);
      victims = NativeBuffer.allocate(SAMPLE * keySize);
    }
    int rc = batch.lookup(keys.address(), values.address(), SAMPLE);
    int sampled = batch.done();
    if (rc == -Errno.ENOENT) {
      batch.rewind(); // the map's end: the next sample is from its beginning
    }
    if (sampled == 0) {
      return 0;
    }
    int chosen = choose(sampled);
    remove(chosen);
    count(chosen);
    return chosen;
  }

  /** Copies the keys of the oldest to {@link #victims}; returns how many. */
  private int choose(int sampled) {
    Arrays.fill(byAge, 0);
    ByteBuffer value = values.buffer();
    int epoch = control.epoch();
    int lap = control.lap();
    for (int i = 0; i < sampled; i++) {
      byAge[age(value, i, epoch, lap)]++;
    }
    int wanted = Math.min(sampled, ROOM);
    int cutoff = OLDEST;
    int older = 0;
    while (older + byAge[cutoff] < wanted) {
      older += byAge[cutoff--];
    }
    // Of the cutoff's own age only as many as are wanted, unless they are useless.
    int ofCutoff = cutoff == OLDEST ? byAge[cutoff] : wanted - older;
    int chosen = 0;
    for (int i = 0; i < sampled; i++) {
      int age = age(value, i, epoch, lap);
      if (age > cutoff || (age == cutoff && ofCutoff-- > 0)) {
        victims.buffer().put(chosen++ * keySize, keys.buffer(), i * keySize, keySize);
      }
    }
    return chosen;
  }

  private void remove(int chosen) {
    int at = 0;
    while (at < chosen && batch.delete(victims.address() + (long) at * keySize, chosen - at) != 0) {
      at += batch.done() + 1; // it was dropped meanwhile
    }
    changes.raise();
  }

  // What is never answered counts as oldest.
  private static int age(ByteBuffer values, int i, int epoch, int lap) {
    int at = i * EntryValue.SIZE;
    boolean useless =
        values.getInt(at + EntryValue.STALE) != 0 || values.getInt(at + EntryValue.EPOCH) != epoch;
    if (useless) {
      return OLDEST;
    }
    int age = lap - values.getInt(at + EntryValue.USED);
    return age < 0 ? 0 : Math.min(age, OLDEST - 1);
  }

  private void count(int chosen) {
    evicted.addAndGet(chosen);
    untilNextLap -= chosen;
    if (untilNextLap <= 0) {
      untilNextLap += quarter;
      control.nextLap();
    }
  }
}
