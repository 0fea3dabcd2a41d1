// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The system calls that set a session up, through JNA; those of requests are {@link Syscalls}.
 * Addresses and sizes are plain longs. A failing call returns -1 and leaves its errno to {@link
 * #errno()} of the same thread.
 */
public final class Libc {
  public static final int F_SETFL = 4;
  public static final short POLLIN = 1;
  public static final int O_NONBLOCK = 04000;
  public static final int O_RDWR = 2;
  public static final int O_CLOEXEC = 0x80000;

  public static final int MS_RDONLY = 1;
  public static final int MS_NOSUID = 2;
  public static final int MS_NODEV = 4;
  public static final int MS_NOEXEC = 8;
  public static final int MS_SYNCHRONOUS = 16;
  public static final int MS_REMOUNT = 32;
  public static final int MS_DIRSYNC = 128;
  public static final int MS_NOATIME = 1024;
  public static final int MNT_FORCE = 1;
  public static final int MNT_DETACH = 2;
  public static final int UMOUNT_NOFOLLOW = 8;

  static final int PROT_READ_WRITE = 3;
  static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  static final long MAP_FAILED = -1;

  /** _IOR(229, 0, uint32_t). */
  public static final long FUSE_DEV_IOC_CLONE = 0x8004e500L;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  public static native int open(String path, int flags);

  public static native int ioctl(int fd, long request, long argument);

  public static native int mount(
      String source, String target, String type, long flags, String data);

  public static native int umount2(String target, int flags);

  public static native int getpagesize();

  static native long mmap(long at, long size, int protection, int flags, int fd, long offset);

  static native int munmap(long at, long size);

  public static int errno() {
    return Native.getLastError();
  }

  /** The address of a direct buffer; the caller keeps the buffer reachable. */
  public static long address(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }
}
