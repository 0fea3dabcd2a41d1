// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;

/** One of the maps of names: entry_map, entry_map_middle or entry_map_long. */
final class EntryMap {
  /** One thread's key and value. */
  private final class Scratch {
    final NativeBuffer key = NativeBuffer.allocate(keySize);
    final NativeBuffer value = NativeBuffer.allocate(EntryValue.SIZE);
    final NativeBuffer there = NativeBuffer.allocate(EntryValue.SIZE);
  }

  private static final byte[] ZEROES = new byte[EntryKey.LONG_SIZE];

  private final Control control;
  private final Changes changes;
  private final BpfMap map;
  private final int keySize;
  private final EntryEviction eviction;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  EntryMap(Control control, Changes changes, BpfMap map, int keySize) {
    this.control = control;
    this.changes = changes;
    this.map = map;
    this.keySize = keySize;
    this.eviction = new EntryEviction(control, changes, map, keySize);
  }

  boolean put(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    return replace(scratch(parent, name, offset, length, child, epoch, expires));
  }

  boolean fill(long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    Scratch s = scratch(parent, name, offset, length, child, epoch, Expiry.NEVER);
    int rc = add(s);
    if (rc == -Errno.E2BIG && eviction.makeRoom()) {
      rc = add(s);
    }
    return rc == 0 || says(s) || replace(s);
  }

  /** A map that is full has not had the name. */
  boolean offer(long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    Scratch s = scratch(parent, name, offset, length, child, epoch, Expiry.NEVER);
    int rc = add(s);
    return rc == 0 || rc == -Errno.E2BIG || says(s) || replace(s);
  }

  // What was not there has been no answer.
  private int add(Scratch s) {
    return map.update(s.key.address(), s.value.address(), BpfFlags.NOEXIST);
  }

  // Whether what is to be put is there already.
  private boolean says(Scratch s) {
    ByteBuffer there = s.there.buffer();
    return map.lookup(s.key.address(), s.there.address()) == 0
        && there.getInt(EntryValue.STALE) == 0
        && there.getLong(EntryValue.SEAL) == s.value.buffer().getLong(EntryValue.SEAL)
        && there.getLong(EntryValue.NODEID) == s.value.buffer().getLong(EntryValue.NODEID)
        && there.getInt(EntryValue.EPOCH) == s.value.buffer().getInt(EntryValue.EPOCH)
        && there.getInt(EntryValue.EXPIRES) == s.value.buffer().getInt(EntryValue.EXPIRES);
  }

  private boolean replace(Scratch s) {
    int rc = update(s);
    if (rc == -Errno.E2BIG && eviction.makeRoom()) {
      rc = update(s);
    }
    if (rc != 0) {
      return delete(s);
    }
    changes.raise();
    return true;
  }

  private int update(Scratch s) {
    return map.update(s.key.address(), s.value.address(), BpfFlags.ANY);
  }

  private Scratch scratch(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    Scratch s = scratch.get();
    key(s, parent, name, offset, length);
    ByteBuffer value = s.value.buffer();
    value.putLong(EntryValue.NODEID, child);
    value.putInt(EntryValue.EPOCH, epoch);
    value.putInt(EntryValue.EXPIRES, expires);
    value.putInt(EntryValue.STALE, 0);
    value.putInt(EntryValue.USED, control.lap());
    Seal.entry(s.key.buffer(), keySize, value);
    return s;
  }

  long find(long parent, ByteBuffer name, int offset, int length) {
    Scratch s = scratch.get();
    key(s, parent, name, offset, length);
    if (map.lookup(s.key.address(), s.value.address()) != 0) {
      return MetadataCache.UNKNOWN;
    }
    ByteBuffer value = s.value.buffer();
    boolean answered =
        value.getInt(EntryValue.STALE) == 0
            && value.getInt(EntryValue.EPOCH) == control.epoch()
            && !Expiry.isOver(value.getInt(EntryValue.EXPIRES), System.nanoTime());
    return answered ? value.getLong(EntryValue.NODEID) : MetadataCache.UNKNOWN;
  }

  boolean drop(long parent, ByteBuffer name, int offset, int length) {
    Scratch s = scratch.get();
    key(s, parent, name, offset, length);
    return delete(s);
  }

  long evicted() {
    return eviction.evicted();
  }

  private boolean delete(Scratch s) {
    int rc = map.delete(s.key.address());
    // If it was not there, it may have been evicted just now, and that not been told yet.
    changes.raise();
    return rc == 0 || rc == -Errno.ENOENT;
  }

  private void key(Scratch s, long parent, ByteBuffer name, int offset, int length) {
    ByteBuffer key = s.key.buffer();
    key.putLong(EntryKey.PARENT, parent);
    key.put(EntryKey.NAME, name, offset, length);
    key.put(EntryKey.NAME + length, ZEROES, 0, keySize - EntryKey.NAME - length);
  }
}
