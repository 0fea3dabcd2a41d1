// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Syscalls;

/**
 * What a request does not say of its caller, and /proc does: supplementary groups, capabilities,
 * user namespace (proc(5)). The caller is a thread that waits for the answer, so it changes nothing
 * of that meanwhile, nor does its number become another's.
 *
 * <p>One for each thread; nothing is allocated but for callers in a great many groups.
 */
final class CallerCredentials {
  private static final int FS_ID = 3; // of real, effective, saved and file system id
  private static final int STATX_INO = 0x100;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int LARGEST = 1 << 20;

  private static final byte[] UID = "Uid:".getBytes(US_ASCII);
  private static final byte[] GID = "Gid:".getBytes(US_ASCII);
  private static final byte[] GROUPS = "Groups:".getBytes(US_ASCII);
  private static final byte[] CAPS = "CapEff:".getBytes(US_ASCII);
  private static final byte[] PROC = "/proc/".getBytes(US_ASCII);
  private static final byte[] STATUS = "/status\0".getBytes(US_ASCII);
  private static final byte[] USER_NS = "/ns/user\0".getBytes(US_ASCII);
  private static final byte[] UID_MAP = "/uid_map\0".getBytes(US_ASCII);
  private static final byte[] ACL = "system.posix_acl_access\0".getBytes(US_ASCII);
  private static final byte[] GID_MAP = "/gid_map\0".getBytes(US_ASCII);

  private final ByteBuffer path = direct(128);
  private final ByteBuffer statx = direct(Scratch.STATX_SIZE);
  private ByteBuffer text = direct(16 << 10);
  private ByteBuffer groups = direct(64 * Integer.BYTES);

  /** How many supplementary groups there are, and where they are. */
  int groupCount;

  long groupsAddress = address(groups);

  /** The effective set, in the thread's own user namespace. */
  long effective;

  // The user namespace of the daemon.
  private final long ownDevice;
  private final long ownInode;

  CallerCredentials() {
    boolean known = namespace(0);
    ownDevice = known ? Attributes.device(statx) : -1;
    ownInode = known ? Attributes.inode(statx) : -1;
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private static long address(ByteBuffer buffer) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  }

  /**
   * Reads a thread's groups and capabilities.
   *
   * @return false if there is no such thread, or if it acts as somebody else in this request than
   *     it is, as overlayfs and the NFS server do: then nothing is known
   */
  boolean read(int tid, int uid, int gid) {
    groupCount = 0;
    effective = 0;
    int length = tid <= 0 ? -1 : load(tid, STATUS);
    int found = 0;
    int end;
    for (int at = 0; at < length; at = end + 1) {
      end = at;
      while (end < length && text.get(end) != '\n') {
        end++;
      }
      if (startsWith(at, end, UID)) {
        found += number(at, end, FS_ID) == Integer.toUnsignedLong(uid) ? 1 : 0;
      } else if (startsWith(at, end, GID)) {
        found += number(at, end, FS_ID) == Integer.toUnsignedLong(gid) ? 1 : 0;
      } else if (startsWith(at, end, GROUPS)) {
        readGroups(at + GROUPS.length, end);
        found++;
      } else if (startsWith(at, end, CAPS)) {
        effective = hex(at + CAPS.length, end);
        found++;
      }
    }
    if (found != 4) {
      groupCount = 0;
      effective = 0;
      return false;
    }
    return true;
  }

  /** Whether a thread is in the daemon's user namespace, of which its capabilities then are. */
  boolean inOwnNamespace(int tid) {
    return tid > 0
        && ownInode != -1
        && namespace(tid)
        && Attributes.inode(statx) == ownInode
        && Attributes.device(statx) == ownDevice;
  }

  /** Whether owner and group of an object have ids in a thread's user namespace. */
  boolean maps(int tid, int fd, long emptyPath) {
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
  ByteBuffer look(int fd, long emptyPath) {
    int rc = Syscalls.statx(fd, emptyPath, Libc.AT_EMPTY_PATH, STATX_BASIC_STATS, address(statx));
    return rc < 0 ? null : statx;
  }

  /** The ACL of an object as the extended attribute has it; empty if there is none. */
  byte[] acl(int fd) {
    int at = putProcFd(fd);
    path.put(at + 1, ACL);
    long n =
        Syscalls.getxattr(address(path), address(path) + at + 1, address(text), text.capacity());
    byte[] acl = new byte[(int) Math.max(n, 0)];
    text.get(0, acl);
    return acl;
  }

  // Where the NUL is.
  private int putProcFd(int fd) {
    byte[] name = ("/proc/self/fd/" + fd).getBytes(US_ASCII);
    path.put(0, name).put(name.length, (byte) 0);
    return name.length;
  }

  /** Makes a group the one at an index at {@link #groupsAddress}. */
  void putGroup(int index, int gid) {
    groups.putInt(index * Integer.BYTES, gid);
  }

  private boolean namespace(int tid) {
    long file = putPath(tid, USER_NS);
    return Syscalls.statx(Libc.AT_FDCWD, file, 0, STATX_INO, address(statx)) == 0;
  }

  private long putPath(int tid, byte[] file) {
    int at = 0;
    path.put(at, PROC);
    at += PROC.length;
    String number = tid == 0 ? "self" : Integer.toString(tid);
    for (int i = 0; i < number.length(); i++) {
      path.put(at++, (byte) number.charAt(i));
    }
    path.put(at, file);
    return address(path);
  }

  /** The length of a file of a thread, which is in {@link #text}, or a negative errno. */
  private int load(int tid, byte[] name) {
    int file = Syscalls.open(putPath(tid, name), Libc.O_CLOEXEC);
    if (file < 0) {
      return file;
    }
    try {
      int length = 0;
      while (true) {
        long n = Syscalls.read(file, address(text) + length, text.capacity() - length);
        if (n <= 0) {
          return n < 0 ? (int) n : length;
        }
        length += (int) n;
        if (length == text.capacity()) {
          if (length >= LARGEST) {
            return -Errno.E2BIG;
          }
          text = direct(2 * length).put(0, text, 0, length);
        }
      }
    } finally {
      Syscalls.close(file);
    }
  }

  private boolean startsWith(int at, int end, byte[] word) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (text.get(at + i) != word[i]) {
        return false;
      }
    }
    return true;
  }

  /** The number that is {@code index}-th of a line, from 0, or -1. */
  private long number(int at, int end, int index) {
    int seen = -1;
    long number = -1;
    for (int i = at; i < end; i++) {
      byte c = text.get(i);
      if (c < '0' || c > '9') {
        if (number >= 0 && seen == index) {
          return number;
        }
        number = -1;
      } else {
        seen += number < 0 ? 1 : 0;
        number = Math.max(number, 0) * 10 + c - '0';
      }
    }
    return seen == index ? number : -1;
  }

  private void readGroups(int at, int end) {
    long number = -1;
    for (int i = at; i <= end; i++) {
      byte c = i < end ? text.get(i) : (byte) ' ';
      if (c >= '0' && c <= '9') {
        number = Math.max(number, 0) * 10 + c - '0';
      } else if (number >= 0) {
        addGroup((int) number);
        number = -1;
      }
    }
  }

  private void addGroup(int gid) {
    int at = groupCount * Integer.BYTES;
    if (at == groups.capacity()) {
      groups = direct(2 * at).put(0, groups, 0, at);
      groupsAddress = address(groups);
    }
    groups.putInt(at, gid);
    groupCount++;
  }

  private long hex(int at, int end) {
    long number = 0;
    for (int i = at; i < end; i++) {
      int digit = Character.digit(text.get(i), 16);
      number = digit < 0 ? number : (number << 4) | digit;
    }
    return number;
  }

  /** Whether this is one of the supplementary groups. */
  boolean isIn(int gid) {
    for (int i = 0; i < groupCount; i++) {
      if (groups.getInt(i * Integer.BYTES) == gid) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a supplementary group but these. */
  boolean hasOtherGroups(int gid, int group) {
    for (int i = 0; i < groupCount; i++) {
      int one = groups.getInt(i * Integer.BYTES);
      if (one != gid && one != group) {
        return true;
      }
    }
    return false;
  }
}
