// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * Which program of bpf/extfuse.bpf.c sits in which slot of the map {@code handlers}.
 *
 * <p>READ and FLUSH have slots too, but nothing in them: the kernel does not offer them (their
 * reply comes in pages, and they are forced).
 */
final class Handlers {
  static final String MAIN = "extfuse_main";

  private static final Map<Integer, String> BY_OPCODE = new TreeMap<>();

  static {
    BY_OPCODE.put(FuseOpcode.LOOKUP, "extfuse_lookup");
    BY_OPCODE.put(FuseOpcode.GETATTR, "extfuse_getattr");
    BY_OPCODE.put(FuseOpcode.GETXATTR, "extfuse_getxattr");
    BY_OPCODE.put(FuseOpcode.OPENDIR, "extfuse_opendir");
    for (int opcode :
        new int[] {FuseOpcode.SETATTR, FuseOpcode.WRITE, FuseOpcode.FALLOCATE, FuseOpcode.IOCTL}) {
      BY_OPCODE.put(opcode, "extfuse_mark_node");
    }
    BY_OPCODE.put(FuseOpcode.COPY_FILE_RANGE, "extfuse_mark_copy");
    BY_OPCODE.put(FuseOpcode.SETXATTR, "extfuse_mark_xattr");
    BY_OPCODE.put(FuseOpcode.REMOVEXATTR, "extfuse_mark_xattr");
    for (int opcode : new int[] {FuseOpcode.SYMLINK, FuseOpcode.UNLINK, FuseOpcode.RMDIR}) {
      BY_OPCODE.put(opcode, "extfuse_mark_name0");
    }
    for (int opcode : new int[] {FuseOpcode.CREATE, FuseOpcode.MKDIR, FuseOpcode.MKNOD}) {
      BY_OPCODE.put(opcode, "extfuse_mark_name1");
    }
    BY_OPCODE.put(FuseOpcode.LINK, "extfuse_mark_link");
    BY_OPCODE.put(FuseOpcode.RENAME, "extfuse_mark_rename");
    BY_OPCODE.put(FuseOpcode.RENAME2, "extfuse_mark_rename");
  }

  private Handlers() {}

  static Map<Integer, String> byOpcode() {
    return BY_OPCODE;
  }

  /** The opcodes with a handler as bits, for the attach call. */
  static long mask() {
    return BY_OPCODE.keySet().stream().mapToLong(opcode -> 1L << opcode).reduce(0, (a, b) -> a | b);
  }
}
