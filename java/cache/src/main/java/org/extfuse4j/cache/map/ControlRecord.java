// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.map.MapLayout.ControlValue;

/**
 * The element of the map {@code control}.
 *
 * @param epoch of values that are believed, unsigned
 * @param enabled whether anything is answered
 * @param lap what used names are stamped with, unsigned
 * @param validity what in-kernel answers say of their own life time
 */
public record ControlRecord(int epoch, boolean enabled, int lap, Validity validity) {
  private static final long NANOS = 1_000_000_000L;

  public static ControlRecord decode(ByteBuffer value) {
    return new ControlRecord(
        value.getInt(ControlValue.EPOCH),
        value.getInt(ControlValue.ENABLED) != 0,
        value.getInt(ControlValue.LAP),
        new Validity(
            ns(value, ControlValue.ENTRY_VALID, ControlValue.ENTRY_VALID_NSEC),
            ns(value, ControlValue.ATTR_VALID, ControlValue.ATTR_VALID_NSEC),
            ns(value, ControlValue.NEGATIVE_VALID, ControlValue.NEGATIVE_VALID_NSEC)));
  }

  private static long ns(ByteBuffer value, int seconds, int nanos) {
    return value.getLong(seconds) * NANOS + value.getInt(nanos);
  }
}
