// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.map.MapLayout.EntryValue;

/** The seal of a map value, as in bpf/seal.h: a hash of the key and of what does not change. */
public final class Seal {
  private static final long START = 0x243f6a8885a308d3L;
  private static final long FACTOR = 0x9e3779b97f4a7c15L;

  private Seal() {}

  /** Seals a struct entry_value for a key of {@code keySize} bytes. */
  public static void entry(ByteBuffer key, int keySize, ByteBuffer value) {
    value.putLong(EntryValue.SEAL, ofEntry(key, 0, keySize, value, 0));
  }

  /** Seals a struct attr_value for a nodeid. */
  public static void attr(long nodeid, ByteBuffer value) {
    value.putLong(AttrValue.SEAL, ofAttr(nodeid, value, 0));
  }

  /** What the seal of a struct entry_value should be; key and value begin at offsets. */
  public static long ofEntry(ByteBuffer key, int keyAt, int keySize, ByteBuffer value, int at) {
    long seal = words(START, key, keyAt, keySize);
    seal = word(seal, value.getLong(at + EntryValue.NODEID));
    return word(seal, pair(value, at + EntryValue.EXPIRES, at + EntryValue.EPOCH));
  }

  /** What the seal of a struct attr_value at an offset should be. */
  static long ofAttr(long nodeid, ByteBuffer value, int at) {
    long seal = word(START, nodeid);
    seal = words(seal, value, at + AttrValue.ATTR, AttrValue.ATTR_SIZE);
    seal = word(seal, pair(value, at + AttrValue.EXPIRES, at + AttrValue.EPOCH));
    return word(seal, Integer.toUnsignedLong(value.getInt(at + AttrValue.PACKED)));
  }

  private static long pair(ByteBuffer value, int high, int low) {
    return (long) value.getInt(high) << 32 | Integer.toUnsignedLong(value.getInt(low));
  }

  private static long words(long seal, ByteBuffer bytes, int offset, int size) {
    long sealed = seal;
    for (int i = 0; i < size; i += Long.BYTES) {
      sealed = word(sealed, bytes.getLong(offset + i));
    }
    return sealed;
  }

  private static long word(long seal, long word) {
    return Long.reverseBytes((seal ^ word) * FACTOR);
  }
}
