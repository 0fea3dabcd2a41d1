// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;

/**
 * An element of one of the maps of names, at the moment it was read.
 *
 * @param parent nodeid of the directory
 * @param name its bytes, each as the character of that number (ISO-8859-1)
 * @param nodeid of the child; 0 if there is no such name
 * @param epoch in which it was written, unsigned
 * @param expires ticks of CLOCK_MONOTONIC, {@link Expiry#NEVER} for never
 * @param leftNs nanoseconds until it expires, negative if that is over; 0 for never
 * @param stale not 0: marked
 * @param used the lap in which it was answered last, unsigned
 */
public record EntryRecord(
    long parent,
    String name,
    long nodeid,
    int epoch,
    int expires,
    long leftNs,
    int stale,
    int used,
    ValueState state) {

  /** Whether the value says that there is no such name. */
  public boolean isNegative() {
    return nodeid == 0;
  }

  /** Whether handlers answer with it. */
  public boolean isValid() {
    return state == ValueState.VALID;
  }

  public static EntryRecord decode(
      ByteBuffer keys,
      int keyAt,
      int keySize,
      ByteBuffer values,
      int at,
      ControlRecord control,
      long now) {
    int epoch = values.getInt(at + EntryValue.EPOCH);
    int expires = values.getInt(at + EntryValue.EXPIRES);
    int stale = values.getInt(at + EntryValue.STALE);
    boolean sealed =
        Seal.ofEntry(keys, keyAt, keySize, values, at) == values.getLong(at + EntryValue.SEAL);
    return new EntryRecord(
        keys.getLong(keyAt + EntryKey.PARENT),
        name(keys, keyAt + EntryKey.NAME, keySize - EntryKey.NAME),
        values.getLong(at + EntryValue.NODEID),
        epoch,
        expires,
        expires == Expiry.NEVER ? 0 : Expiry.left(expires, now),
        stale,
        values.getInt(at + EntryValue.USED),
        ValueState.of(sealed, stale != 0, epoch, expires, control, now));
  }

  private static String name(ByteBuffer keys, int at, int room) {
    byte[] bytes = new byte[room];
    keys.get(at, bytes);
    int length = 0;
    while (length < room && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, ISO_8859_1);
  }
}
