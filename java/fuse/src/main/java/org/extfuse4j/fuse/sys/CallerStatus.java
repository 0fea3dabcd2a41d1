// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a request does not say of its caller, and /proc/N/status does: supplementary groups and
 * capabilities (proc(5)). The caller is a thread that waits for the answer, so it changes nothing
 * of that meanwhile, nor does its number become another's.
 *
 * <p>One for each thread; nothing is allocated but for callers in a great many groups.
 */
public class CallerStatus {
  private static final int FS_ID = 3; // of real, effective, saved and file system id
  private static final int LARGEST = 1 << 20;
  private static final int O_CLOEXEC = 02000000;

  private static final int NONE = -1;
  private static final int STRANGE_GROUP = strangeGroup();

  // struct statx of include/uapi/linux/stat.h: stx_ino, and stx_dev_major with stx_dev_minor.
  private static final int STATX_SIZE = 256;
  private static final int STATX_INODE = 32;
  private static final int STATX_DEVICE = 136;
  private static final int STATX_INO = 0x100;
  private static final int AT_FDCWD = -100;

  private static final byte[] UID = "Uid:".getBytes(US_ASCII);
  private static final byte[] GID = "Gid:".getBytes(US_ASCII);
  private static final byte[] GROUPS = "Groups:".getBytes(US_ASCII);
  private static final byte[] CAPS = "CapEff:".getBytes(US_ASCII);
  private static final byte[] PROC = "/proc/".getBytes(US_ASCII);
  private static final byte[] USER_NS = "/ns/user\0".getBytes(US_ASCII);
  private static final byte[] STATUS = "/status\0".getBytes(US_ASCII);

  /** A path that is being looked at, ended by a NUL. */
  protected final ByteBuffer path = direct(128);

  /** What {@link #load} has read. */
  protected ByteBuffer text = direct(16 << 10);

  private ByteBuffer groups = direct(64 * Integer.BYTES);

  /** How many supplementary groups there are, and where they are. */
  public int groupCount;

  public long groupsAddress = address(groups);

  /** The effective set, in the thread's own user namespace. */
  public long effective;

  private final ByteBuffer statx = direct(STATX_SIZE);
  private final long ownInode;
  private final long ownDevice;
  private final int strange;
  private boolean inStrange;

  /** Of callers of this process. */
  public CallerStatus() {
    this(STRANGE_GROUP);
  }

  /**
   * Another.
   *
   * @param strange what is shown of groups that have no id in this process's user namespace, or -1
   *     if all have one
   */
  CallerStatus(int strange) {
    this.strange = strange;
    boolean known = namespace(0);
    ownInode = known ? statx.getLong(STATX_INODE) : NONE;
    ownDevice = known ? statx.getLong(STATX_DEVICE) : NONE;
  }

  private static int strangeGroup() {
    try {
      String map = Files.readString(Path.of("/proc/self/gid_map")).strip();
      if (map.matches("0 +0 +4294967295")) {
        return NONE;
      }
      return overflowGroup();
    } catch (IOException | NumberFormatException e) {
      return 65534;
    }
  }

  // Read at once: at another offset than 0 there is nothing.
  static int overflowGroup() throws IOException {
    try (InputStream shown = new FileInputStream("/proc/sys/kernel/overflowgid")) {
      byte[] number = new byte[32];
      int length = Math.max(shown.read(number), 0);
      return Integer.parseInt(new String(number, 0, length, US_ASCII).strip());
    }
  }

  protected static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  protected static long address(ByteBuffer buffer) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  }

  /**
   * Reads a thread's groups and capabilities.
   *
   * @return false if there is no such thread, or if it acts as somebody else in this request than
   *     it is, as overlayfs and the NFS server do, or is in a group that has no id here: then
   *     nothing is known
   */
  public boolean read(int tid, int uid, int gid) {
    groupCount = 0;
    effective = 0;
    inStrange = false;
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
    if (found != 4 || inStrange) {
      groupCount = 0;
      effective = 0;
      return false;
    }
    return true;
  }

  /** Whether a thread is in this process's user namespace, of which its capabilities then are. */
  public final boolean inOwnNamespace(int tid) {
    if (tid <= 0 || ownInode == NONE || !namespace(tid)) {
      return false;
    }
    return statx.getLong(STATX_INODE) == ownInode && statx.getLong(STATX_DEVICE) == ownDevice;
  }

  // Of the user namespace (user_namespaces(7)), whose file has an inode number of its own.
  private boolean namespace(int tid) {
    long file = putPath(tid, USER_NS);
    return Syscalls.statx(AT_FDCWD, file, 0, STATX_INO, address(statx)) == 0;
  }

  /** Makes a group the one at an index at {@link #groupsAddress}. */
  public void putGroup(int index, int gid) {
    groups.putInt(index * Integer.BYTES, gid);
  }

  /**
   * Makes {@link #path} that of a file of a thread, 0 for the calling process, and tells where it
   * is.
   */
  protected final long putPath(int tid, byte[] file) {
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
  protected final int load(int tid, byte[] name) {
    int file = Syscalls.open(putPath(tid, name), O_CLOEXEC);
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
    inStrange |= strange != NONE && gid == strange; // it is shown as one that has an id, perhaps
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
  public boolean isIn(int gid) {
    for (int i = 0; i < groupCount; i++) {
      if (groups.getInt(i * Integer.BYTES) == gid) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a supplementary group but these. */
  public boolean hasOtherGroups(int gid, int group) {
    for (int i = 0; i < groupCount; i++) {
      int one = groups.getInt(i * Integer.BYTES);
      if (one != gid && one != group) {
        return true;
      }
    }
    return false;
  }
}
