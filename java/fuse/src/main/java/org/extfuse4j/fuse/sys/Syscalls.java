// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

/**
 * The system calls that are made for requests, bound by JNI (src/main/c/syscalls.c): through JNA,
 * even mapped directly, each costs some 1,800 instructions more, and those of one request come to a
 * quarter of what the request costs altogether. What is only called to set something up goes
 * through JNA.
 *
 * <p>Arguments are those of section 2 of the manual; addresses, also of strings, which end with a
 * NUL, are plain longs, and whoever passes one keeps its memory reachable. Answers are the
 * kernel's: a failure is a negative errno ({@link Errno}), and errno itself is of no use. Any
 * thread.
 */
public final class Syscalls {
  static {
    Natives.loadSyscalls();
  }

  private Syscalls() {}

  public static native long read(int fd, long to, long size);

  public static native long write(int fd, long from, long size);

  public static native long pread(int fd, long to, long size, long offset);

  public static native long pwrite(int fd, long from, long size, long offset);

  /** With one buffer; flags are RWF_ ones, offset -1 is the descriptor's own. */
  public static native long pwritev2(int fd, long from, long size, long offset, int flags);

  public static native int poll(long fds, long count, int timeoutMs);

  public static native int fcntl(int fd, int command, long argument);

  public static native int open(long path, int flags);

  public static native int openat(int dir, long path, int flags, int mode);

  public static native int openByHandleAt(int mount, long handle, int flags);

  public static native int nameToHandleAt(int dir, long path, long handle, long mountId, int flags);

  public static native int close(int fd);

  public static native int dup(int fd);

  public static native int statx(int dir, long path, int flags, int mask, long to);

  public static native int fstatfs(int fd, long to);

  public static native long getdents64(int dir, long to, long size);

  public static native long lseek(int fd, long offset, int whence);

  public static native long readlinkat(int dir, long path, long to, long size);

  public static native int mkdirat(int dir, long path, int mode);

  public static native int mknodat(int dir, long path, int mode, long device);

  public static native int symlinkat(long target, int dir, long path);

  public static native int linkat(int dir, long path, int newDir, long newPath, int flags);

  public static native int unlinkat(int dir, long path, int flags);

  public static native int renameat2(int dir, long path, int newDir, long newPath, int flags);

  public static native int chmod(long path, int mode);

  public static native int fchownat(int dir, long path, int uid, int gid, int flags);

  public static native int utimensat(int dir, long path, long times, int flags);

  public static native int truncate(long path, long size);

  public static native int ftruncate(int fd, long size);

  public static native int fallocate(int fd, int mode, long offset, long size);

  public static native long copyFileRange(
      int in, long inOffset, int out, long outOffset, long size, int flags);

  public static native int ioctl(int fd, int request, long argument);

  public static native int fsync(int fd);

  public static native int fdatasync(int fd);

  public static native int syncfs(int fd);

  public static native long getxattr(long path, long name, long to, long size);

  public static native int setxattr(long path, long name, long from, long size, int flags);

  public static native long listxattr(long path, long to, long size);

  public static native int removexattr(long path, long name);

  /**
   * Makes these the calling thread's fsuid and fsgid, which setfsuid(2) alone does not say whether
   * it did. As fsuid goes from 0 to another, the capabilities about files leave the effective set,
   * and come back with it (capabilities(7)).
   *
   * @return 0, or -ENOMEM, and then either may be as it was
   */
  public static native int setFsIds(int uid, int gid);

  /** The calling thread's fsuid. */
  public static native int fsUid();

  /** The calling thread's fsgid. */
  public static native int fsGid();

  /** Supplementary groups of the calling thread alone, unlike setgroups(3): {@code count} ints. */
  public static native int setgroups(int count, long groups);

  /**
   * The effective set of a thread, whose first bit is CAP_CHOWN (there are 41 by now).
   *
   * @param pid 0 for the calling thread
   * @return negative errno, or the set
   */
  public static native long effectiveCaps(int pid);

  /** The calling thread's permitted set, as above. */
  public static native long permittedCaps();

  /** Makes this the calling thread's effective set; what is permitted stays as it is. */
  public static native int setEffectiveCaps(long permitted, long effective);

  /** By the calling thread's fsuid, fsgid, groups and effective set (AT_EACCESS). */
  public static native int eaccess(long path, int mode);

  /** Of what shares the calling thread's (CLONE_FS); answers what it was. */
  public static native int umask(int mask);

  /** memcpy(3), for what has an address and no buffer. */
  public static native void memcpy(long to, long from, long size);
}
