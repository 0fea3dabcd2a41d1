// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import java.nio.ByteBuffer;

/**
 * /proc/N/uid_map or gid_map (user_namespaces(7)): lines of three numbers, the first id in the
 * namespace of process N, the first in the reader's, and how many.
 */
final class IdMap {
  private IdMap() {}

  /** Whether an id of the reader's has one in the namespace; text is {@code length} bytes. */
  static boolean maps(ByteBuffer text, int length, int id) {
    long wanted = Integer.toUnsignedLong(id);
    long outside = -1;
    long number = -1;
    int field = 0;
    for (int i = 0; i < length; i++) {
      byte c = text.get(i);
      if (c >= '0' && c <= '9') {
        number = Math.max(number, 0) * 10 + c - '0';
        continue;
      }
      if (number >= 0) {
        if (field == 1) {
          outside = number;
        } else if (field == 2 && wanted >= outside && wanted < outside + number) {
          return true;
        }
        field++;
        number = -1;
      }
      if (c == '\n') {
        field = 0;
      }
    }
    return false;
  }
}
