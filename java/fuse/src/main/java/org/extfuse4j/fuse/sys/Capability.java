// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

/** Capabilities (capabilities(7), linux/capability.h) as bits of a set: bit n is capability n. */
public final class Capability {
  public static final long CHOWN = 1L;
  public static final long DAC_OVERRIDE = 1L << 1;
  public static final long DAC_READ_SEARCH = 1L << 2;
  public static final long FOWNER = 1L << 3;
  public static final long FSETID = 1L << 4;
  public static final long SETGID = 1L << 6;
  public static final long SETUID = 1L << 7;
  public static final long LINUX_IMMUTABLE = 1L << 9;
  public static final long SYS_PTRACE = 1L << 19;
  public static final long SYS_ADMIN = 1L << 21;
  public static final long SYS_RESOURCE = 1L << 24;
  public static final long MKNOD = 1L << 27;
  public static final long SETFCAP = 1L << 31;
  public static final long MAC_OVERRIDE = 1L << 32;

  private Capability() {}
}
