// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

/** Sets of capabilities (capabilities(7), linux/capability.h): bit n is capability n. */
public final class Caps {
  static final long CHOWN = 1L;
  static final long DAC_OVERRIDE = 1L << 1;
  static final long DAC_READ_SEARCH = 1L << 2;
  static final long FOWNER = 1L << 3;
  public static final long FSETID = 1L << 4;
  static final long SETGID = 1L << 6;
  static final long SETUID = 1L << 7;
  static final long LINUX_IMMUTABLE = 1L << 9;
  static final long SYS_PTRACE = 1L << 19;
  static final long SYS_ADMIN = 1L << 21;
  static final long SYS_RESOURCE = 1L << 24;
  static final long MKNOD = 1L << 27;
  public static final long SETFCAP = 1L << 31;
  static final long MAC_OVERRIDE = 1L << 32;

  /** CAP_FS_SET of the kernel: what comes and goes with fsuid 0. */
  static final long FS =
      CHOWN
          | DAC_OVERRIDE
          | DAC_READ_SEARCH
          | FOWNER
          | FSETID
          | LINUX_IMMUTABLE
          | MKNOD
          | MAC_OVERRIDE;

  /**
   * What a thread needs to become a caller, to look at one (/proc/N/ns), and to become itself
   * again. No file system asks for these about a file.
   */
  static final long TOOLS = SETUID | SETGID | SYS_PTRACE;

  /** About whether an object may be reached, read and written. */
  static final long REACH = DAC_OVERRIDE | DAC_READ_SEARCH;

  /** About an object as if one owned it. */
  static final long OWN = CHOWN | FOWNER | FSETID | SETFCAP;

  /** About no object: only those of the machine's own user namespace have them. */
  static final long MACHINE = LINUX_IMMUTABLE | MKNOD | SYS_RESOURCE;

  /** What a caller may have done for him; SYS_ADMIN besides, for extended attributes. */
  static final long ALLOWED = REACH | OWN | MACHINE;

  private Caps() {}
}
