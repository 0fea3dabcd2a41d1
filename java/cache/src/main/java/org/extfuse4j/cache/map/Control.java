// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.map.MapLayout.ControlValue;

/** The only element of the map {@code control}: the epoch, the switch, and validity times. */
public final class Control {
  private static final long NANOS = 1_000_000_000L;

  public static final int FIRST_EPOCH = 1;

  private final BpfMap map;
  private final Changes changes;
  private final NativeBuffer key = NativeBuffer.allocate(Integer.BYTES);
  private final NativeBuffer value = NativeBuffer.allocate(ControlValue.SIZE);
  private volatile int epoch = FIRST_EPOCH;
  private volatile int lap = 1;

  /**
   * The map, with nothing answered yet.
   *
   * @param generation of the mount's nodes, positive
   */
  public Control(BpfMap map, Changes changes, Validity validity, int generation) {
    this.map = map;
    this.changes = changes;
    value.buffer().putInt(ControlValue.EPOCH, epoch);
    value.buffer().putInt(ControlValue.LAP, lap);
    value.buffer().putLong(ControlValue.GENERATION, generation);
    put(ControlValue.ENTRY_VALID, ControlValue.ENTRY_VALID_NSEC, validity.entryNs());
    put(ControlValue.ATTR_VALID, ControlValue.ATTR_VALID_NSEC, validity.attrNs());
    put(ControlValue.NEGATIVE_VALID, ControlValue.NEGATIVE_VALID_NSEC, validity.negativeNs());
  }

  /**
   * The epoch that new values carry: the one that was read before the state they tell was looked
   * at.
   */
  public int epoch() {
    return epoch;
  }

  public synchronized void enable(boolean on) {
    value.buffer().putInt(ControlValue.ENABLED, on ? 1 : 0);
    write();
    changes.raise();
  }

  /** What the maps hold ceases to exist. */
  public synchronized void nextEpoch() {
    // Programs first: a value of the new epoch that nobody reads yet does no harm.
    value.buffer().putInt(ControlValue.EPOCH, epoch + 1);
    write();
    changes.raise();
    epoch++;
  }

  /** What entries are stamped with when they are used: it tells how long ago that was. */
  int lap() {
    return lap;
  }

  synchronized void nextLap() {
    lap++;
    value.buffer().putInt(ControlValue.LAP, lap);
    write();
  }

  private void write() {
    int rc = map.update(key.address(), value.address(), BpfFlags.ANY);
    if (rc < 0) {
      throw new IllegalStateException("cannot write the map control: errno " + -rc);
    }
  }

  private void put(int seconds, int nanos, long ns) {
    value.buffer().putLong(seconds, ns / NANOS).putInt(nanos, (int) (ns % NANOS));
  }
}
