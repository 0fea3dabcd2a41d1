// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

/**
 * The few functions of the C library that libbpf has no equivalent for; mapped by {@link LibBpf}.
 */
public final class LibC {
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 1;

  private LibC() {}

  public static native int close(int fd);

  /** Returns the address or -1; errno through {@link com.sun.jna.Native#getLastError()}. */
  public static native long mmap(long addr, long length, int prot, int flags, int fd, long offset);

  public static native int getpagesize();

  public static native int munmap(long addr, long length);

  /** {@code ap} is the va_list as a callback received it: a pointer on every 64-bit Linux ABI. */
  static native int vsnprintf(long buf, long size, long format, long ap);

  @SuppressWarnings("MemberName")
  static native long __errno_location();
}
