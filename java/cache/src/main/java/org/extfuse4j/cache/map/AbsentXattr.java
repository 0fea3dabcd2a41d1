// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The extended attributes whose absence is cached, as bits of attr_map's {@code absent}
 * (bpf/maps.h): those that the kernel itself and {@code ls -l} ask for again and again, and nearly
 * always in vain.
 */
public final class AbsentXattr {
  private static final byte[] ACL_ACCESS = "system.posix_acl_access".getBytes(US_ASCII);
  private static final byte[] ACL_DEFAULT = "system.posix_acl_default".getBytes(US_ASCII);
  private static final byte[] SELINUX = "security.selinux".getBytes(US_ASCII);
  private static final byte[] CAPABILITY = "security.capability".getBytes(US_ASCII);

  private AbsentXattr() {}

  /** The bit of the name at an offset, or 0 for all other names. */
  public static int bit(ByteBuffer buffer, int offset, int length) {
    if (equal(ACL_ACCESS, buffer, offset, length)) {
      return MapLayout.NO_ACL_ACCESS;
    }
    if (equal(ACL_DEFAULT, buffer, offset, length)) {
      return MapLayout.NO_ACL_DEFAULT;
    }
    if (equal(CAPABILITY, buffer, offset, length)) {
      return MapLayout.NO_CAPABILITY;
    }
    return equal(SELINUX, buffer, offset, length) ? MapLayout.NO_SELINUX : 0;
  }

  /** Short names of those whose bits are set. */
  static List<String> names(int bits) {
    List<String> names = new ArrayList<>();
    if ((bits & MapLayout.NO_ACL_ACCESS) != 0) {
      names.add("acl_access");
    }
    if ((bits & MapLayout.NO_ACL_DEFAULT) != 0) {
      names.add("acl_default");
    }
    if ((bits & MapLayout.NO_CAPABILITY) != 0) {
      names.add("capability");
    }
    if ((bits & MapLayout.NO_SELINUX) != 0) {
      names.add("selinux");
    }
    return names;
  }

  private static boolean equal(byte[] name, ByteBuffer buffer, int offset, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer.get(offset + i) != name[i]) {
        return false;
      }
    }
    return true;
  }
}
