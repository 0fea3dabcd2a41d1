// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

/** Flags of {@code include/uapi/linux/bpf.h} that map operations and map creation take. */
public final class BpfFlags {
  /** Update: create the element or replace it. */
  public static final long ANY = 0;

  /** Update: only create; -EEXIST if the element is there. */
  public static final long NOEXIST = 1;

  /** Update: only replace; -ENOENT if the element is not there. */
  public static final long EXIST = 2;

  /** Update and lookup: hold the value's bpf_spin_lock while copying it. */
  public static final long LOCK = 4;

  /** Creation: allocate elements of a hash map as they come. */
  public static final int F_NO_PREALLOC = 1;

  /** Opening: the fd may only read. */
  static final int F_RDONLY = 1 << 3;

  /** Creation: the array can be mapped with {@link BpfMap#mmap()}. */
  public static final int F_MMAPABLE = 1 << 10;

  private BpfFlags() {}
}
