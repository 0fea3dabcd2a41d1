// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.nio.ByteBuffer;
import java.util.Set;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * Whether a name means nothing but itself. In a source, or a directory of one, that ignores case or
 * tells not apart how Unicode spells a letter, creating {@code bar} makes {@code BAR} exist, and
 * removing {@code Foo} removes {@code foo}; the kernel and the maps know names by their bytes. So
 * of such names nothing is believed: neither that they lead somewhere nor that they do not.
 *
 * <p>Which it is depends on the file system: for some it is known, some have a flag in each
 * directory ({@code chattr +F}: FS_CASEFOLD_FL), which is asked for once. Of others, FUSE and
 * networks, a directory is tried with names that are found in it, in the other case; until one
 * tells, nothing is believed, and of names that are not ASCII nothing ever, since that tells of
 * case only.
 *
 * <p>Thread-safe: what is found out twice is the same.
 */
public final class CaseRule {
  // What is known of a directory, in StackNode: two bits.
  static final byte UNKNOWN = 0;
  private static final byte EXACT = 1;
  private static final byte LOOSE = 2;

  private static final int FS_IOC_GETFLAGS = 0x80086601;
  private static final int FS_CASEFOLD_FL = 0x40000000;
  private static final int LONGEST_NAME = 255;
  private static final int CASE_BIT = 'a' ^ 'A';

  // Types by statfs(2). FAT, exFAT, NTFS (two drivers), HFS, HFS+, SMB and CIFS: they all may.
  private static final Set<Long> LOOSE_TYPES =
      Set.of(
          0x4d44L,
          0x2011bab0L,
          0x5346544eL,
          0x7366746eL,
          0x4244L,
          0x482bL,
          0x517bL,
          0xff534d42L,
          0xfe534d42L);

  // Btrfs, SquashFS, EROFS, ISO 9660, ramfs: none can.
  private static final Set<Long> EXACT_TYPES =
      Set.of(0x9123683eL, 0x73717368L, 0xe0f5e1e2L, 0x9660L, 0x858458f6L);

  // ext2 to ext4, F2FS, bcachefs, tmpfs, overlayfs: each directory by a flag.
  private static final Set<Long> FLAG_TYPES =
      Set.of(0xef53L, 0xf2f52010L, 0xca451a4eL, 0x01021994L, 0x794c7630L);

  private enum Kind {
    EXACT,
    LOOSE,
    FLAG,
    TRIED
  }

  private final Kind kind;

  /**
   * For a source.
   *
   * @param type of its file system, by statfs(2)
   */
  public CaseRule(long type) {
    if (EXACT_TYPES.contains(type)) {
      kind = Kind.EXACT;
    } else if (LOOSE_TYPES.contains(type)) {
      kind = Kind.LOOSE;
    } else {
      kind = FLAG_TYPES.contains(type) ? Kind.FLAG : Kind.TRIED;
    }
  }

  /**
   * Whether what a name leads to may be believed until that name is changed; with the directory's
   * lock held.
   *
   * @param fd a descriptor of the directory
   * @param name has the name's bytes at {@code offset}
   */
  public boolean isExact(
      Scratch s, StackNode directory, int fd, ByteBuffer name, int offset, int length) {
    return switch (kind) {
      case EXACT -> true;
      case LOOSE -> false;
      case FLAG -> byFlag(s, directory, fd) == EXACT;
      case TRIED -> directory.names() == EXACT && isAscii(name, offset, length);
    };
  }

  private static byte byFlag(Scratch s, StackNode directory, int fd) {
    if (directory.names() == UNKNOWN) {
      directory.names(readFlag(s, fd));
    }
    return directory.names();
  }

  private static byte readFlag(Scratch s, int fd) {
    int dir = Syscalls.openat(fd, s.dotPath, Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
    if (dir < 0) {
      return UNKNOWN;
    }
    try {
      s.times.putInt(0, 0);
      int rc = Syscalls.ioctl(dir, FS_IOC_GETFLAGS, s.timesAddress);
      if (rc < 0) {
        // Without such flags at all.
        return rc == -Errno.ENOTTY || rc == -Errno.EOPNOTSUPP || rc == -Errno.EINVAL
            ? EXACT
            : UNKNOWN;
      }
      return (s.times.getInt(0) & FS_CASEFOLD_FL) == 0 ? EXACT : LOOSE;
    } finally {
      Syscalls.close(dir);
    }
  }

  /**
   * A directory's flags have been changed through the mount; with its lock held.
   *
   * @return whether what was believed of its names does not hold any more
   */
  public boolean flagsChanged(Scratch s, StackNode directory, int fd) {
    boolean exact = directory.names() == EXACT;
    directory.names(UNKNOWN);
    return exact && (kind == Kind.TRIED || byFlag(s, directory, fd) != EXACT);
  }

  /** Whether {@link #found} wants to know. */
  public boolean wants(StackNode directory) {
    return kind == Kind.TRIED && directory.names() == UNKNOWN;
  }

  /**
   * A name leads somewhere: tries it in the other case; with the directory's lock held.
   *
   * @param name has the name's bytes at {@code offset}
   */
  public void found(
      Scratch s, StackNode directory, int fd, ByteBuffer name, int offset, int length) {
    if (!wants(directory) || length > LONGEST_NAME) {
      return;
    }
    byte[] other = new byte[length];
    boolean differs = false;
    for (int i = 0; i < length; i++) {
      byte b = name.get(offset + i);
      byte lower = (byte) (b | CASE_BIT);
      boolean letter = lower >= 'a' && lower <= 'z';
      other[i] = letter ? (byte) (b ^ CASE_BIT) : b;
      differs |= letter;
    }
    if (!differs) {
      return;
    }
    s.putName(other);
    int rc = Attributes.statx(s, fd, s.nameAddress, Libc.AT_SYMLINK_NOFOLLOW);
    // Two files, or one for which FUSE has a number for each spelling: then it is not asked again,
    // since what is looked at by a second name is believed by the source's kernel for a while.
    if (rc == 0 || rc == -Errno.ENOENT) {
      directory.names(rc == 0 ? LOOSE : EXACT);
    }
  }

  private static boolean isAscii(ByteBuffer name, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (name.get(offset + i) < 0) {
        return false;
      }
    }
    return true;
  }
}
