// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.NativeBuffer;
import org.extfuse4j.cache.MapLayout.AttrValue;
import org.extfuse4j.fuse.Errno;

/** The map attr_map. */
final class AttrMap {
  /** One thread's key and value. */
  private static final class Scratch {
    final NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
    final NativeBuffer value = NativeBuffer.allocate(AttrValue.SIZE);
  }

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final BpfMap map;
  private final Control control;

  AttrMap(BpfMap map, Control control) {
    this.map = map;
    this.control = control;
  }

  /** Returns false if nothing is known to be in the map for this node. */
  boolean put(long nodeid, int slot, ByteBuffer attr, int offset) {
    Scratch s = scratch.get();
    ByteBuffer value = s.value.buffer();
    s.key.buffer().putLong(0, nodeid);
    value.put(AttrValue.ATTR, attr, offset, AttrValue.ATTR_SIZE);
    value.putLong(AttrValue.EXPIRES, 0);
    value.putInt(AttrValue.EPOCH, control.epoch());
    value.putInt(AttrValue.SLOT, slot);
    value.putInt(AttrValue.GENERATION, 0);
    value.putInt(AttrValue.STALE, 0);
    Seal.attr(nodeid, value);
    return map.update(s.key.address(), s.value.address(), BpfFlags.ANY) == 0 || delete(s);
  }

  /** Returns false if the kernel refused. */
  boolean drop(long nodeid) {
    Scratch s = scratch.get();
    s.key.buffer().putLong(0, nodeid);
    return delete(s);
  }

  private boolean delete(Scratch s) {
    int rc = map.delete(s.key.address());
    return rc == 0 || rc == -Errno.ENOENT;
  }
}
