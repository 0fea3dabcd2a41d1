// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import org.extfuse4j.cache.Outcome;

/**
 * The layouts of bpf/maps.h and of what the kernel patch adds, as sizes and offsets in bytes. One
 * interface a struct; {@code MapLayoutTest} compares each constant with the C compiler's.
 */
public interface MapLayout {
  /** BPF_PROG_TYPE_EXTFUSE. */
  int PROG_TYPE_EXTFUSE = 33;

  /** FUSE_FS_EXTFUSE. */
  long FUSE_FS_EXTFUSE = 1L << 62;

  /** FUSE_DEV_IOC_EXTFUSE_ATTACH. */
  long IOC_EXTFUSE_ATTACH = 0x4018e540L;

  /** EXTFUSE_ATTACH_CHANGES. */
  int ATTACH_CHANGES = 1;

  int SHORT_NAME = 24;
  int MIDDLE_NAME = 64;
  int LONG_NAME = 256;
  int OPS_COUNT = 64;

  /** struct entry_key, struct entry_middle_key and struct entry_long_key. */
  interface EntryKey {
    int PARENT = 0;
    int NAME = 8;
    int SIZE = NAME + SHORT_NAME;
    int MIDDLE_SIZE = NAME + MIDDLE_NAME;
    int LONG_SIZE = NAME + LONG_NAME;
  }

  /** struct entry_value. */
  interface EntryValue {
    int NODEID = 0;
    int EPOCH = 8;
    int EXPIRES = 12;
    int STALE = 16;
    int USED = 20;
    int SEAL = 24;
    int SIZE = 32;
  }

  // EXTFUSE_STALE_ATTR and the like, and EXTFUSE_NO_ACL_ACCESS and the like.
  int STALE_ATTR = 1;
  int STALE_ABSENT = 2;
  int STALE_NAMES = 4;
  int NO_ACL_ACCESS = 1;
  int NO_ACL_DEFAULT = 2;
  int NO_CAPABILITY = 4;
  int NO_SELINUX = 8;

  /** struct attr_value. */
  interface AttrValue {
    int ATTR = 0;
    int ATTR_SIZE = 80;
    int EPOCH = 80;
    int EXPIRES = 84;
    int PACKED = 88;
    int STALE = 92;
    int SEAL = 96;
    int SIZE = 104;
  }

  // The fields of attr_value.packed: EXTFUSE_SLOT() and so on.
  int SLOT_BITS = 24;
  int ABSENT_BITS = 4;
  int BLKBITS_BASE = 8;

  /** EXTFUSE_USED. */
  long USED = 1L << 63;

  /** EXTFUSE_OPEN. */
  long OPEN = 1L << 62;

  /** EXTFUSE_OPENED. */
  long OPENED = 1L << 63;

  /** EXTFUSE_TICK_SHIFT. */
  int TICK_SHIFT = 24;

  /** struct control_value. */
  interface ControlValue {
    int EPOCH = 0;
    int ENABLED = 4;
    int ENTRY_VALID = 8;
    int ATTR_VALID = 16;
    int NEGATIVE_VALID = 24;
    int ENTRY_VALID_NSEC = 32;
    int ATTR_VALID_NSEC = 36;
    int NEGATIVE_VALID_NSEC = 40;
    int LAP = 44;
    int GENERATION = 48;
    int SIZE = 56;
  }

  /** struct changes_value. */
  interface ChangesValue {
    int NUMBER = 0;
    int SIZE = 8;
  }

  /** struct stats_value. */
  interface StatsValue {
    int SIZE = 8 * Outcome.COUNT;
  }

  /** struct fuse_extfuse_attach. */
  interface Attach {
    int PROG_FD = 0;
    int FLAGS = 4;
    int OPCODES = 8;
    int CHANGES_FD = 16;
    int UNASKED_FD = 20;
    int SIZE = 24;
  }
}
