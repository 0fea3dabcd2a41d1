// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;

/** Writes requests as the kernel would, field by field. */
public final class Wire {
  private final Request rq;
  private int end = InHeader.SIZE;

  public Wire(Request rq, int opcode) {
    this.rq = rq;
    for (int i = 0; i < InHeader.SIZE; i++) {
      rq.buffer().put(i, (byte) 0);
    }
    rq.buffer().putInt(InHeader.OPCODE, opcode);
    rq.buffer().putLong(InHeader.UNIQUE, 42);
    rq.buffer().putLong(InHeader.NODEID, 1);
  }

  public Wire u32(int value) {
    rq.buffer().putInt(end, value);
    end += Integer.BYTES;
    return this;
  }

  public Wire u64(long value) {
    rq.buffer().putLong(end, value);
    end += Long.BYTES;
    return this;
  }

  public Wire zeros(int bytes) {
    for (int i = 0; i < bytes; i++) {
      rq.buffer().put(end++, (byte) 0);
    }
    return this;
  }

  public Wire bytes(byte[] bytes) {
    rq.buffer().put(end, bytes);
    end += bytes.length;
    return this;
  }

  public Wire name(String name) {
    return bytes(name.getBytes(UTF_8)).zeros(1);
  }

  /** Sets the length; returns it. */
  public int seal() {
    rq.buffer().putInt(InHeader.LEN, end);
    return end;
  }
}
