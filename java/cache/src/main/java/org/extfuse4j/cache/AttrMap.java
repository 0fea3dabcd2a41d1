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

  private static final byte[] NO_ATTR = new byte[AttrValue.ATTR_SIZE];

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final BpfMap map;

  AttrMap(BpfMap map) {
    this.map = map;
  }

  /** Returns false if neither this nor nothing is known to be in the map for this node. */
  boolean put(CachedNode node, int epoch, ByteBuffer attr, int offset) {
    Scratch s = scratch.get();
    s.value.buffer().put(AttrValue.ATTR, attr, offset, AttrValue.ATTR_SIZE);
    return put(s, node, epoch, 0);
  }

  /** As put, but the attributes are not to be answered. */
  boolean putWithheld(CachedNode node, int epoch) {
    Scratch s = scratch.get();
    s.value.buffer().put(AttrValue.ATTR, NO_ATTR);
    return put(s, node, epoch, MapLayout.STALE_ATTR);
  }

  private boolean put(Scratch s, CachedNode node, int epoch, int stale) {
    ByteBuffer value = s.value.buffer();
    s.key.buffer().putLong(0, node.nodeid());
    value.putLong(AttrValue.EXPIRES, 0);
    value.putInt(AttrValue.EPOCH, epoch);
    value.putInt(AttrValue.SLOT, node.slot);
    value.putInt(AttrValue.ABSENT, node.absent(epoch));
    value.putInt(AttrValue.STALE, stale);
    Seal.attr(node.nodeid(), value);
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
