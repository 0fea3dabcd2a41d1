// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import com.sun.jna.Native;

/**
 * The numbers that this module gives to system calls ({@link org.extfuse4j.fuse.Syscalls}), and the
 * calls that only set something up, through JNA. Of these a failing one returns -1 and leaves its
 * errno to {@link #errno()} of the same thread.
 */
final class Libc {
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_HANDLE_FID = 0x200;
  static final int AT_SYMLINK_FOLLOW = 0x400;
  static final int AT_EMPTY_PATH = 0x1000;

  static final int AT_STATX_DONT_SYNC = 0x4000;

  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_ACCMODE = 3;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_TRUNC = 0x200;
  static final int O_APPEND = 0x400;
  static final int O_NONBLOCK = 0x800;
  static final int O_DIRECT = 0x4000;
  static final int O_DIRECTORY = 0x10000;
  static final int O_NOFOLLOW = 0x20000;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;
  static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  static final int X_OK = 1;

  static final int SEEK_SET = 0;

  private static final long SYS_OPEN_TREE = 428;
  private static final long SYS_MOUNT_SETATTR = 442;
  private static final int OPEN_TREE_CLONE = 1;
  static final int CLONE_FS = 0x200;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int unshare(int flags);

  private static native long syscall(long number, long a, long b, long c, long d, long e);

  static int errno() {
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
