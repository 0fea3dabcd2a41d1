// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.sys.CallerStatus;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * What is known of a caller, with its user namespace (user_namespaces(7)), and of what a call of
 * its is about. One for each thread.
 */
final class CallerCredentials extends CallerStatus {
  private static final int NONE = -1;
  private static final int STATX_BASIC_STATS = 0x7ff;

  private static final byte[] UID_MAP = "/uid_map\0".getBytes(US_ASCII);
  private static final byte[] ACL = "system.posix_acl_access\0".getBytes(US_ASCII);
  private static final byte[] GID_MAP = "/gid_map\0".getBytes(US_ASCII);

  private final ByteBuffer aclName = direct(ACL.length).put(0, ACL);
  private final ByteBuffer statx = direct(Scratch.STATX_SIZE);

  private final long emptyPath;

  CallerCredentials(long emptyPath) {
    this.emptyPath = emptyPath;
  }

  /** Whether owner and group of two objects, or -1, have ids in a thread's user namespace. */
  boolean maps(int tid, int one, int other) {
    return maps(tid, one) && maps(tid, other);
  }

  private boolean maps(int tid, int fd) {
    if (fd == NONE) {
      return true;
    }
    int mask = 0x18; // STATX_UID and STATX_GID
    if (Syscalls.statx(fd, emptyPath, Libc.AT_EMPTY_PATH, mask, address(statx)) < 0) {
      return false;
    }
    int uid = Attributes.uid(statx);
    int gid = Attributes.gid(statx);
    int length = load(tid, UID_MAP);
    if (length < 0 || !IdMap.maps(text, length, uid)) {
      return false;
    }
    length = load(tid, GID_MAP);
    return length >= 0 && IdMap.maps(text, length, gid);
  }

  /** The statx(2) of an object, until the next call; null if that failed. */
  ByteBuffer look(int fd) {
    int rc = Syscalls.statx(fd, emptyPath, Libc.AT_EMPTY_PATH, STATX_BASIC_STATS, address(statx));
    return rc < 0 ? null : statx;
  }

  /** Whether an object has an ACL. */
  boolean hasAcl(int fd) {
    return Syscalls.getxattr(Scratch.get().procPath(fd), address(aclName), 0, 0) > 0;
  }

  /** The ACL of an object as the extended attribute has it; empty if there is none. */
  byte[] acl(int fd) {
    long n =
        Syscalls.getxattr(
            Scratch.get().procPath(fd), address(aclName), address(text), text.capacity());
    byte[] acl = new byte[(int) Math.max(n, 0)];
    text.get(0, acl);
    return acl;
  }
}
