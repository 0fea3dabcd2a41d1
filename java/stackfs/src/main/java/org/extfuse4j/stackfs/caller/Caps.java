// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import org.extfuse4j.fuse.sys.Capability;

/** What a caller may have of {@link Capability}, by what they are about. */
public final class Caps {
  /** CAP_FS_SET of the kernel: what comes and goes with fsuid 0. */
  static final long FS =
      Capability.CHOWN
          | Capability.DAC_OVERRIDE
          | Capability.DAC_READ_SEARCH
          | Capability.FOWNER
          | Capability.FSETID
          | Capability.LINUX_IMMUTABLE
          | Capability.MKNOD
          | Capability.MAC_OVERRIDE;

  /**
   * What a thread needs to become a caller, to look at one (/proc/N/ns), and to become itself
   * again. No file system asks for these about a file.
   */
  static final long TOOLS = Capability.SETUID | Capability.SETGID | Capability.SYS_PTRACE;

  /** About whether an object may be reached, read and written. */
  static final long REACH = Capability.DAC_OVERRIDE | Capability.DAC_READ_SEARCH;

  /** About an object as if one owned it. */
  static final long OWN =
      Capability.CHOWN | Capability.FOWNER | Capability.FSETID | Capability.SETFCAP;

  /** About no object: only those of the machine's own user namespace have them. */
  static final long MACHINE =
      Capability.LINUX_IMMUTABLE | Capability.MKNOD | Capability.SYS_RESOURCE;

  /** What a caller may have done for him; SYS_ADMIN besides, for extended attributes. */
  static final long ALLOWED = REACH | OWN | MACHINE;

  private Caps() {}
}
