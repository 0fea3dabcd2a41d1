// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.FusePrinter;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.OutHeader;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestCheck;
import org.extfuse4j.fuse.protocol.RequestStructs.BatchForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.IoctlIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;

/**
 * What a fuzzer calls (Jazzer's convention) with messages that no kernel sends. The file system
 * that gets them reads all that it may rely on: every field of its struct, its names, the data
 * behind them. None of that may lie outside the message, and the reply must be one that the kernel
 * takes.
 */
public final class DecoderFuzzer {
  private static final int MOST = 8192;
  private static final int ROOM = 4096;

  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  private static final FuseFileSystem FS =
      (FuseFileSystem)
          Proxy.newProxyInstance(
              DecoderFuzzer.class.getClassLoader(),
              new Class<?>[] {FuseFileSystem.class},
              (proxy, method, args) -> {
                if (args != null && args.length == 2 && args[0] instanceof Request rq) {
                  try {
                    read(rq, (Reply) args[1]);
                  } catch (RuntimeException | Error e) {
                    FAILURE.set(e); // the dispatcher would answer EIO
                  }
                }
                return method.getReturnType() == int.class ? 0 : null;
              });

  private static final FuseDispatcher DISPATCHER = new FuseDispatcher(FS, new UpcallCounters());

  private DecoderFuzzer() {}

  /**
   * One message: its first byte says whether the header tells the true length, and of 7.9's xattr.
   */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 1 + InHeader.SIZE || data.length > MOST) {
      return;
    }
    int size = data.length - 1;
    // No more memory than the message has: what is read behind it throws.
    Request rq = Request.allocate(size);
    rq.buffer().put(0, data, 1, size);
    if ((data[0] & 1) == 0) {
      rq.buffer().putInt(InHeader.LEN, size);
    }
    rq.setxattrInSize((data[0] & 2) == 0 ? SetxattrIn.SIZE : SetxattrIn.COMPAT_SIZE);
    Reply rp = Reply.allocate(ROOM);
    FAILURE.set(null);
    int reply = DISPATCHER.dispatch(rq, rp, size);
    if (FAILURE.get() != null) {
      throw new IllegalStateException("reading " + rq, FAILURE.get());
    }
    FusePrinter.log(FuseDispatcher.REQUESTS, rq, rp, 0);
    check(rq.toString().length() < 64 * MOST, "it prints");
    if (reply == 0) {
      return;
    }
    ByteBuffer message = rp.message();
    check(reply >= OutHeader.SIZE && reply <= OutHeader.SIZE + ROOM, "the reply's length");
    check(message.getInt(OutHeader.LEN) == reply, "the reply's header");
    int error = message.getInt(OutHeader.ERROR);
    check(error <= 0 && error > -512, "the reply's errno");
  }

  private static void read(Request rq, Reply rp) {
    int opcode = rq.opcode();
    int struct =
        opcode == FuseOpcode.SETXATTR ? rq.setxattrInSize() : RequestCheck.structSize(opcode);
    for (int at = 0; at < struct; at += Integer.BYTES) {
      rq.u32(at);
    }
    int end = struct;
    for (int name : new int[] {rq.nameOffset(), rq.secondNameOffset()}) {
      if (name >= 0) {
        check(name == end, "a name's place");
        for (byte b : rq.nameBytes(name)) {
          check(b != 0, "a name's length");
        }
        end = name + rq.nameLength(name) + 1;
        check(
            rq.nameAddress(name) - rq.bodyAddress() + rq.nameLength(name) < rq.bodyLength(), "NUL");
      }
    }
    check(end <= rq.bodyLength(), "what is read of the body");
    long data =
        switch (opcode) {
          case FuseOpcode.WRITE -> size(rq, WriteIn.SIZE_FIELD);
          case FuseOpcode.SETXATTR -> size(rq, SetxattrIn.SIZE_FIELD);
          case FuseOpcode.IOCTL -> size(rq, IoctlIn.IN_SIZE);
          case FuseOpcode.BATCH_FORGET -> size(rq, BatchForgetIn.COUNT) * 16;
          default -> 0;
        };
    check(end + data <= rq.bodyLength(), "the data behind it");
    if (opcode == FuseOpcode.READ) {
      rp.length((int) size(rq, ReadIn.SIZE_FIELD));
    }
    while (opcode == FuseOpcode.READDIR && rp.dirent(1, 2, 3, new byte[40])) {
      check(rp.length() <= size(rq, ReadIn.SIZE_FIELD), "records");
    }
  }

  private static long size(Request rq, int offset) {
    return Integer.toUnsignedLong(rq.u32(offset));
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new IllegalStateException(what);
    }
  }

  /** Writes a well-formed message of each opcode, for the fuzzer to begin with. */
  static void writeSeeds(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int opcode = 1; opcode < FuseOpcode.COUNT; opcode++) {
      int struct = RequestCheck.structSize(opcode);
      byte[] body = new byte[struct + 32];
      body[struct] = 'n';
      body[struct + 2] = 'm';
      ByteBuffer message =
          ByteBuffer.allocate(1 + InHeader.SIZE + body.length).order(ByteOrder.nativeOrder());
      message.put(1 + InHeader.SIZE, body);
      message.putInt(1 + InHeader.OPCODE, opcode);
      message.putLong(1 + InHeader.UNIQUE, 42);
      message.putLong(1 + InHeader.NODEID, 1);
      Files.write(folder.resolve(FuseOpcode.name(opcode)), message.array());
    }
  }
}
