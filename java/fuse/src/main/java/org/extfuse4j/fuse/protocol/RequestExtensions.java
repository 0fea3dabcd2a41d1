// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.RequestStructs.ExtHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.SuppGroups;

/**
 * What follows the body of creating requests since 7.38: records that begin with their size and
 * type (struct fuse_ext_header). Security contexts have a type too, which is their number.
 */
final class RequestExtensions {
  private static final int HEADERS = ExtHeader.SIZE + SuppGroups.SIZE;

  private RequestExtensions() {}

  /**
   * Checks the records and sets the request's group; after its lengths have been checked.
   *
   * @return false if one is longer than what is left, or than its size
   */
  static boolean check(Request rq) {
    rq.supplementaryGroup(-1);
    ByteBuffer message = rq.buffer();
    int end = rq.length();
    int at = InHeader.SIZE + rq.bodyLength();
    while (at < end) {
      int left = end - at;
      int size = left < ExtHeader.SIZE ? 0 : message.getInt(at + ExtHeader.SIZE_FIELD);
      if (size < ExtHeader.SIZE || size > left) {
        return false;
      }
      if (message.getInt(at + ExtHeader.TYPE) == FuseFlags.FUSE_EXT_GROUPS) {
        if (!group(rq, message, at, size)) {
          return false;
        }
      }
      at += (size + Long.BYTES - 1) & -Long.BYTES;
    }
    return true;
  }

  // The kernel sends one group (get_create_supp_group() of fs/fuse/dir.c).
  private static boolean group(Request rq, ByteBuffer message, int at, int size) {
    if (size < HEADERS) {
      return false;
    }
    long count = Integer.toUnsignedLong(message.getInt(at + ExtHeader.SIZE + SuppGroups.NR_GROUPS));
    if (count * Integer.BYTES > size - HEADERS) {
      return false;
    }
    if (count > 0) {
      rq.supplementaryGroup(message.getInt(at + ExtHeader.SIZE + SuppGroups.GROUPS));
    }
    return true;
  }
}
