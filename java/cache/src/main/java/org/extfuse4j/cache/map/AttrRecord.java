// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import java.util.List;
import org.extfuse4j.cache.map.MapLayout.AttrValue;

/**
 * An element of attr_map, at the moment it was read.
 *
 * @param attr all zeroes if the attributes are withheld
 * @param epoch in which it was written, unsigned
 * @param expires ticks of CLOCK_MONOTONIC, {@link Expiry#NEVER} for never
 * @param leftNs nanoseconds until it expires, negative if that is over; 0 for never
 * @param slot the node's element of nlookup_map
 * @param absent extended attributes that the node is known not to have, see bpf/maps.h
 * @param stale bits: 1 for the attributes, 2 for {@code absent}, 4 for a directory that the kernel
 *     does not open by itself
 * @param state whether handlers answer with the attributes
 */
public record AttrRecord(
    long nodeid,
    NodeAttr attr,
    int epoch,
    int expires,
    long leftNs,
    int slot,
    int absent,
    int stale,
    ValueState state) {

  /** Whether handlers answer with the attributes. */
  public boolean isValid() {
    return state == ValueState.VALID;
  }

  /** Short names of the extended attributes of which handlers say that there are none. */
  public List<String> absentNames() {
    return (stale & MapLayout.STALE_ABSENT) != 0 ? List.of() : AbsentXattr.names(absent);
  }

  public static AttrRecord decode(
      long nodeid, ByteBuffer values, int at, ControlRecord control, long now) {
    int epoch = values.getInt(at + AttrValue.EPOCH);
    int expires = values.getInt(at + AttrValue.EXPIRES);
    int stale = values.getInt(at + AttrValue.STALE);
    int packed = values.getInt(at + AttrValue.PACKED);
    boolean sealed = Seal.ofAttr(nodeid, values, at) == values.getLong(at + AttrValue.SEAL);
    boolean marked = (stale & MapLayout.STALE_ATTR) != 0;
    return new AttrRecord(
        nodeid,
        NodeAttr.decode(values, at + AttrValue.ATTR, AttrMap.blkbitsOf(packed)),
        epoch,
        expires,
        expires == Expiry.NEVER ? 0 : Expiry.left(expires, now),
        packed & ((1 << MapLayout.SLOT_BITS) - 1),
        packed >>> MapLayout.SLOT_BITS & ((1 << MapLayout.ABSENT_BITS) - 1),
        stale,
        ValueState.of(sealed, marked, epoch, expires, control, now));
  }
}
