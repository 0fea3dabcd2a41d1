// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/** From struct statx (include/uapi/linux/stat.h) to struct fuse_attr. */
public final class Attributes {
  // STATX_BASIC_STATS and STATX_BTIME.
  private static final int MASK = 0xfff;

  private static final int STATX_MODE = 2;

  // Offsets in struct statx.
  private static final int BLKSIZE = 4;
  private static final int NLINK = 16;
  private static final int UID = 20;
  private static final int GID = 24;
  private static final int MODE = 28;
  private static final int INO = 32;
  private static final int SIZE = 40;
  private static final int BLOCKS = 48;
  private static final int ATIME = 64;
  private static final int BTIME = 80;
  private static final int CTIME = 96;
  private static final int MTIME = 112;
  private static final int RDEV_MAJOR = 128;
  private static final int RDEV_MINOR = 132;
  private static final int DEV_MAJOR = 136;
  private static final int DEV_MINOR = 140;
  private static final int NSEC = 8;

  public static final int S_IFMT = 0170000;
  private static final int S_IFDIR = 0040000;
  public static final int S_ISUID = 04000;
  public static final int S_ISGID = 02000;
  public static final int MODE_BITS = 07777;
  private static final int S_IFREG = 0100000;
  private static final int BLOCK = 512;

  private Attributes() {}

  /** Looks at what {@code fd} refers to, into the scratch; returns 0 or a negative errno. */
  public static int statx(Scratch s, int fd) {
    return statx(s, fd, s.emptyPath, Libc.AT_EMPTY_PATH);
  }

  /** Looks at what a path leads to from a directory, as above. */
  public static int statx(Scratch s, int directory, long path, int flags) {
    return Syscalls.statx(directory, path, flags, MASK, s.statxAddress);
  }

  public static void fuseAttr(ByteBuffer statx, ByteBuffer out, int offset) {
    out.putLong(offset + Attr.INO, statx.getLong(INO));
    out.putLong(offset + Attr.SIZE_FIELD, statx.getLong(SIZE));
    out.putLong(offset + Attr.BLOCKS, statx.getLong(BLOCKS));
    out.putLong(offset + Attr.ATIME, statx.getLong(ATIME));
    out.putLong(offset + Attr.MTIME, statx.getLong(MTIME));
    out.putLong(offset + Attr.CTIME, statx.getLong(CTIME));
    out.putInt(offset + Attr.ATIMENSEC, statx.getInt(ATIME + NSEC));
    out.putInt(offset + Attr.MTIMENSEC, statx.getInt(MTIME + NSEC));
    out.putInt(offset + Attr.CTIMENSEC, statx.getInt(CTIME + NSEC));
    out.putInt(offset + Attr.MODE, Short.toUnsignedInt(statx.getShort(MODE)));
    out.putInt(offset + Attr.NLINK, statx.getInt(NLINK));
    out.putInt(offset + Attr.UID, statx.getInt(UID));
    out.putInt(offset + Attr.GID, statx.getInt(GID));
    out.putInt(offset + Attr.RDEV, encode(statx.getInt(RDEV_MAJOR), statx.getInt(RDEV_MINOR)));
    out.putInt(offset + Attr.BLKSIZE, statx.getInt(BLKSIZE));
    out.putInt(offset + Attr.FLAGS, 0);
  }

  // new_encode_dev() of include/linux/kdev_t.h.
  private static int encode(int major, int minor) {
    return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  }

  /**
   * A regular file for which there may be data that the source does not know yet is told as one
   * without holes: programs take one without any blocks for a hole from beginning to end.
   */
  public static void hideHoles(ByteBuffer statx) {
    if ((mode(statx) & S_IFMT) == S_IFREG) {
      long blocks = Math.max(1, (size(statx) + BLOCK - 1) / BLOCK);
      statx.putLong(BLOCKS, Math.max(blocks, statx.getLong(BLOCKS)));
    }
  }

  public static long device(ByteBuffer statx) {
    return (long) statx.getInt(DEV_MAJOR) << 32 | Integer.toUnsignedLong(statx.getInt(DEV_MINOR));
  }

  public static long inode(ByteBuffer statx) {
    return statx.getLong(INO);
  }

  public static void inode(ByteBuffer statx, long number) {
    statx.putLong(INO, number);
  }

  /** The time of birth in nanoseconds, which may wrap; 0 if the source has none. */
  public static long birth(ByteBuffer statx) {
    return statx.getLong(BTIME) * 1_000_000_000 + statx.getInt(BTIME + NSEC);
  }

  /** The time of the last change in nanoseconds, which may wrap. */
  public static long ctime(ByteBuffer statx) {
    return statx.getLong(CTIME) * 1_000_000_000 + statx.getInt(CTIME + NSEC);
  }

  /** The time of day, as {@link #ctime} is. */
  public static long realNs() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
  }

  public static long size(ByteBuffer statx) {
    return statx.getLong(SIZE);
  }

  public static int mode(ByteBuffer statx) {
    return Short.toUnsignedInt(statx.getShort(MODE));
  }

  public static int uid(ByteBuffer statx) {
    return statx.getInt(UID);
  }

  public static int gid(ByteBuffer statx) {
    return statx.getInt(GID);
  }

  /** Whether a file has set-user-ID or set-group-ID, as far as its file system knows by itself. */
  public static boolean hasSetId(Scratch s, int file) {
    int flags = Libc.AT_EMPTY_PATH | Libc.AT_STATX_DONT_SYNC;
    int rc = Syscalls.statx(file, s.emptyPath, flags, STATX_MODE, s.statxAddress);
    return rc == 0 && hasSetId(s.statx);
  }

  /** Whether the mode has set-user-ID or set-group-ID. */
  public static boolean hasSetId(ByteBuffer statx) {
    return (mode(statx) & (S_ISUID | S_ISGID)) != 0;
  }

  public static boolean isDirectory(ByteBuffer statx) {
    return (mode(statx) & S_IFMT) == S_IFDIR;
  }

  public static int links(ByteBuffer statx) {
    return statx.getInt(NLINK);
  }
}
