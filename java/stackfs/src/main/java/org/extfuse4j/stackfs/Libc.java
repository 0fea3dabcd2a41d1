// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import com.sun.jna.Native;

/**
 * The system calls of this module, mapped directly; addresses and sizes are plain longs. A failing
 * call returns -1 and leaves its errno to {@link #errno()} of the same thread.
 */
final class Libc {
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_HANDLE_FID = 0x200;
  static final int AT_EMPTY_PATH = 0x1000;

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

  static final int SEEK_SET = 0;

  private static final long SYS_OPEN_TREE = 428;
  private static final long SYS_MOUNT_SETATTR = 442;
  private static final int OPEN_TREE_CLONE = 1;
  static final int CLONE_FS = 0x200;

  private static final int PR_SET_SECUREBITS = 28;
  private static final int SECBIT_NO_SETUID_FIXUP = 1 << 2;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int close(int fd);

  static native int dup(int fd);

  static native int openat(int fd, long path, int flags, int mode);

  static native int open(long path, int flags);

  static native int statx(int fd, long path, int flags, int mask, long statx);

  static native int name_to_handle_at(int fd, long path, long handle, long mountId, int flags);

  static native int open_by_handle_at(int mountFd, long handle, int flags);

  static native int mkdirat(int fd, long path, int mode);

  static native int mknodat(int fd, long path, int mode, long dev);

  static native int symlinkat(long target, int fd, long path);

  static native int linkat(int oldFd, long oldPath, int newFd, long newPath, int flags);

  static native int unlinkat(int fd, long path, int flags);

  static native int renameat2(int oldFd, long oldPath, int newFd, long newPath, int flags);

  static native long readlinkat(int fd, long path, long buffer, long size);

  static native int chmod(long path, int mode);

  static native int fchownat(int fd, long path, int uid, int gid, int flags);

  static native int truncate(long path, long size);

  static native int ftruncate(int fd, long size);

  static native int utimensat(int fd, long path, long times, int flags);

  static native long pread(int fd, long buffer, long size, long offset);

  static native long pwrite(int fd, long buffer, long size, long offset);

  static native int fsync(int fd);

  static native int fdatasync(int fd);

  static native int fallocate(int fd, int mode, long offset, long size);

  static native long lseek(int fd, long offset, int whence);

  static native long getdents64(int fd, long buffer, long size);

  static native int fstatfs(int fd, long statfs);

  static native int setfsuid(int uid);

  static native int setfsgid(int gid);

  static native int umask(int mask);

  static native int unshare(int flags);

  static native long getxattr(long path, long name, long value, long size);

  static native int setxattr(long path, long name, long value, long size, int flags);

  static native long listxattr(long path, long list, long size);

  static native int removexattr(long path, long name);

  static native long copy_file_range(
      int in, long inOffset, int out, long outOffset, long size, int flags);

  static native int syncfs(int fd);

  // int ioctl(int, unsigned long, ...)
  private static native int ioctl(int fd, long request, long argument);

  private static native int prctl(int option, long a, long b, long c, long d);

  private static native long syscall(long number, long a, long b, long c, long d, long e);

  static int ioctl(int fd, int request, long argument) {
    return ioctl(fd, Integer.toUnsignedLong(request), argument);
  }

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

  /** From now on this thread keeps its capabilities when it changes its fsuid. */
  static int keepCapabilities() {
    return prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
  }
}
