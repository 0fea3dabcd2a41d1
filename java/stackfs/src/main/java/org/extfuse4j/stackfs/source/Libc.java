// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import com.sun.jna.Native;

/**
 * The numbers that this module gives to system calls ({@link org.extfuse4j.fuse.sys.Syscalls}), and
 * the calls that only set something up, through JNA. Of these a failing one returns -1 and leaves
 * its errno to {@link #errno()} of the same thread.
 */
public final class Libc {
  public static final int AT_FDCWD = -100;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_REMOVEDIR = 0x200;
  static final int AT_HANDLE_FID = 0x200;
  public static final int AT_SYMLINK_FOLLOW = 0x400;
  public static final int AT_EMPTY_PATH = 0x1000;

  public static final int AT_STATX_DONT_SYNC = 0x4000;

  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_ACCMODE = 3;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_NOCTTY = 0x100;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_DIRECT = 0x4000;
  public static final int O_DIRECTORY = 0x10000;
  public static final int O_NOFOLLOW = 0x20000;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;
  public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  public static final int X_OK = 1;

  public static final int SEEK_SET = 0;
  public static final int SEEK_CUR = 1;
  public static final int RWF_APPEND = 0x10;
  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;

  private static final long SYS_OPEN_TREE = 428;
  private static final long SYS_MOUNT_SETATTR = 442;
  private static final int OPEN_TREE_CLONE = 1;
  public static final int CLONE_FS = 0x200;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  public static native int unshare(int flags);

  private static native long syscall(long number, long a, long b, long c, long d, long e);

  public static int errno() {
    return Native.getLastError();
  }

  /** A private copy of the mount that holds the path, without what is mounted below it. */
  static int openTreeClone(long path) {
    return (int) syscall(SYS_OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC, 0, 0);
  }

  static int mountSetattr(int fd, long emptyPath, long attributes, long size) {
    return (int) syscall(SYS_MOUNT_SETATTR, fd, emptyPath, AT_EMPTY_PATH, attributes, size);
  }
}
