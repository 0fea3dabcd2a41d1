// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs;

/**
 * A table from opcode to what serves it. {@link FuseOpcode} says what the body of each request is,
 * and what its reply.
 *
 * <p>Filled by one thread, then read by all of a session.
 */
public final class FuseOperations {
  /**
   * Serves a request: reads its body from {@code rq} (layout in {@link RequestStructs}), puts the
   * payload of its answer into {@code rp} (layout in {@link ReplyStructs}) and returns 0, or
   * returns a negative errno, in which case what it put into {@code rp} is dropped. The request has
   * passed a size check: its struct is complete, its names end in NUL, the data of a WRITE or
   * SETXATTR is there. Both belong to the calling thread until this returns.
   *
   * <p>Mind what the kernel makes of ENOSYS: for many opcodes (ACCESS, FLUSH, GETXATTR, LSEEK,
   * FSYNC, ...) it never asks again while the mount lives.
   *
   * <p>A RuntimeException answers EIO and is logged; the session goes on.
   */
  @FunctionalInterface
  public interface Operation {
    /** Does it; 0 or a negative errno. */
    int run(Request rq, Reply rp);
  }

  /** What stands around the operations of a table. */
  @FunctionalInterface
  public interface Around {
    /** What is to serve an opcode in the place of an operation. */
    Operation of(int opcode, Operation operation);
  }

  private final Operation[] table = new Operation[FuseOpcode.COUNT];

  /** An opcode is served by this. */
  public FuseOperations on(int opcode, Operation operation) {
    table[opcode] = operation;
    return this;
  }

  /** Another table, with something around each operation that there is. */
  public FuseOperations around(Around around) {
    FuseOperations other = new FuseOperations();
    for (int opcode = 0; opcode < table.length; opcode++) {
      if (table[opcode] != null) {
        other.on(opcode, around.of(opcode, table[opcode]));
      }
    }
    return other;
  }

  /** What serves an opcode, or null. */
  public Operation of(int opcode) {
    return opcode >= 0 && opcode < table.length ? table[opcode] : null;
  }
}
