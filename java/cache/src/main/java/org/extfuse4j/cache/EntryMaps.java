// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.NativeBuffer;
import org.extfuse4j.cache.MapLayout.EntryKey;
import org.extfuse4j.cache.MapLayout.EntryValue;
import org.extfuse4j.fuse.Errno;

/** The maps entry_map and entry_map_long, which a name's length chooses between. */
final class EntryMaps {
  /** One thread's key and value. */
  private static final class Scratch {
    final NativeBuffer key = NativeBuffer.allocate(EntryKey.LONG_SIZE);
    final NativeBuffer value = NativeBuffer.allocate(EntryValue.SIZE);
  }

  private static final byte[] ZEROES = new byte[EntryKey.LONG_SIZE];

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final BpfMap shortNames;
  private final BpfMap longNames;

  EntryMaps(BpfMap shortNames, BpfMap longNames) {
    this.shortNames = shortNames;
    this.longNames = longNames;
  }

  /** Returns false if nothing is known to be in the map under this name. */
  boolean put(long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    BpfMap map = mapFor(length);
    if (map == null) {
      return true;
    }
    Scratch s = scratch.get();
    int keySize = key(s, parent, name, offset, length);
    ByteBuffer value = s.value.buffer();
    value.putLong(EntryValue.NODEID, child);
    value.putLong(EntryValue.EXPIRES, 0);
    value.putInt(EntryValue.EPOCH, epoch);
    value.putInt(EntryValue.STALE, 0);
    Seal.entry(s.key.buffer(), keySize, value);
    return map.update(s.key.address(), s.value.address(), BpfFlags.ANY) == 0 || delete(map, s);
  }

  /** Returns false if the kernel refused. */
  boolean drop(long parent, ByteBuffer name, int offset, int length) {
    BpfMap map = mapFor(length);
    if (map == null) {
      return true;
    }
    Scratch s = scratch.get();
    key(s, parent, name, offset, length);
    return delete(map, s);
  }

  private static boolean delete(BpfMap map, Scratch s) {
    int rc = map.delete(s.key.address());
    return rc == 0 || rc == -Errno.ENOENT;
  }

  /** A name with its NUL fits one of the maps, or is never cached. */
  private BpfMap mapFor(int length) {
    if (length < MapLayout.SHORT_NAME) {
      return shortNames;
    }
    return length < MapLayout.LONG_NAME ? longNames : null;
  }

  private static int key(Scratch s, long parent, ByteBuffer name, int offset, int length) {
    int size = length < MapLayout.SHORT_NAME ? EntryKey.SIZE : EntryKey.LONG_SIZE;
    ByteBuffer key = s.key.buffer();
    key.putLong(EntryKey.PARENT, parent);
    key.put(EntryKey.NAME, name, offset, length);
    key.put(EntryKey.NAME + length, ZEROES, 0, size - EntryKey.NAME - length);
    return size;
  }
}
