// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.sys.Errno;

/** The map attr_map. */
public final class AttrMap {
  /** One thread's key and value. */
  private static final class Scratch {
    final NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
    final NativeBuffer value = NativeBuffer.allocate(AttrValue.SIZE);
    final NativeBuffer there = NativeBuffer.allocate(AttrValue.SIZE);
  }

  private static final int MAX_BLKBITS =
      (1 << (Integer.SIZE - MapLayout.SLOT_BITS - MapLayout.ABSENT_BITS)) - 1;
  private static final byte[] NO_ATTR = new byte[AttrValue.ATTR_SIZE];

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final BpfMap map;
  private final Changes changes;

  public AttrMap(BpfMap map, Changes changes) {
    this.map = map;
    this.changes = changes;
  }

  /** Returns false if neither this nor nothing is known to be in the map for this node. */
  public boolean put(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {
    Scratch s = scratch.get();
    s.value.buffer().put(AttrValue.ATTR, attr, offset, AttrValue.ATTR_SIZE);
    boolean names = node.opensInKernel() || !NodeAttr.isDirectory(attr.getInt(offset + Attr.MODE));
    int stale = names ? 0 : MapLayout.STALE_NAMES;
    return put(s, node, blkbits(attr.getInt(offset + Attr.BLKSIZE)), epoch, expires, stale);
  }

  /** Whether all of a struct fuse_attr has a place in the map. */
  public static boolean fits(ByteBuffer attr, int offset) {
    int blksize = attr.getInt(offset + Attr.BLKSIZE);
    int bits = blkbits(blksize);
    return attr.getInt(offset + Attr.FLAGS) == 0
        && (blksize == 0 || (bits > 0 && bits <= MAX_BLKBITS));
  }

  // EXTFUSE_BLKBITS().
  private static int blkbits(int blksize) {
    return blksize == 0 ? 0 : NodeAttr.log2(blksize) - MapLayout.BLKBITS_BASE;
  }

  /** As {@link NodeAttr#blkbits}. */
  static int blkbitsOf(int packed) {
    int bits = packed >>> (MapLayout.SLOT_BITS + MapLayout.ABSENT_BITS);
    return bits == 0 ? 0 : bits + MapLayout.BLKBITS_BASE;
  }

  /** As put, but the attributes are not to be answered. */
  public boolean putWithheld(CachedNode node, int epoch) {
    Scratch s = scratch.get();
    s.value.buffer().put(AttrValue.ATTR, NO_ATTR);
    return put(s, node, 0, epoch, 0, MapLayout.STALE_ATTR);
  }

  private boolean put(Scratch s, CachedNode node, int blkbits, int epoch, int expires, int stale) {
    ByteBuffer value = s.value.buffer();
    s.key.buffer().putLong(0, node.nodeid());
    value.putInt(AttrValue.EPOCH, epoch);
    value.putInt(AttrValue.EXPIRES, expires);
    int absent = node.absent(epoch) << MapLayout.SLOT_BITS;
    int packed = node.slot | absent | blkbits << (MapLayout.SLOT_BITS + MapLayout.ABSENT_BITS);
    value.putInt(AttrValue.PACKED, packed);
    value.putInt(AttrValue.STALE, stale);
    Seal.attr(node.nodeid(), value);
    if (node.inAttrMap() && says(s)) {
      return true;
    }
    if (map.update(s.key.address(), s.value.address(), BpfFlags.ANY) != 0) {
      return delete(s, node);
    }
    if (node.inAttrMap()) {
      changes.raise();
    }
    node.setInAttrMap(true);
    return true;
  }

  // Whether what is to be put is there already: many look, and few find a change.
  private boolean says(Scratch s) {
    return map.lookup(s.key.address(), s.there.address()) == 0
        && s.there.buffer().equals(s.value.buffer());
  }

  /** Returns false if the kernel refused. */
  public boolean drop(CachedNode node) {
    Scratch s = scratch.get();
    s.key.buffer().putLong(0, node.nodeid());
    return delete(s, node);
  }

  private boolean delete(Scratch s, CachedNode node) {
    int rc = map.delete(s.key.address());
    node.setInAttrMap(false);
    if (rc == -Errno.ENOENT) {
      return true;
    }
    changes.raise();
    return rc == 0;
  }
}
