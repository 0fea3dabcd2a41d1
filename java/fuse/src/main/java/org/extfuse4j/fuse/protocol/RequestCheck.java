// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import org.extfuse4j.fuse.protocol.RequestStructs.AccessIn;
import org.extfuse4j.fuse.protocol.RequestStructs.BatchForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.BmapIn;
import org.extfuse4j.fuse.protocol.RequestStructs.CopyFileRangeIn;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FallocateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FlushIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetOne;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.InitIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InterruptIn;
import org.extfuse4j.fuse.protocol.RequestStructs.IoctlIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LinkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LseekIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MkdirIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MknodIn;
import org.extfuse4j.fuse.protocol.RequestStructs.NotifyRetrieveIn;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.protocol.RequestStructs.PollIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.protocol.RequestStructs.Rename2In;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.StatxIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SyncfsIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;

/**
 * Checks that a request is as long as its opcode says before anything reads its body, and finds its
 * names. No file system code then meets an offset outside the message.
 */
public final class RequestCheck {
  // By opcode: bytes of the struct at the body's start, and how many names follow it.
  private static final int[] STRUCT = new int[FuseOpcode.COUNT];
  private static final int[] NAMES = new int[FuseOpcode.COUNT];

  static {
    set(FuseOpcode.LOOKUP, 0, 1);
    set(FuseOpcode.FORGET, ForgetIn.SIZE, 0);
    set(FuseOpcode.GETATTR, GetattrIn.SIZE, 0);
    set(FuseOpcode.SETATTR, SetattrIn.SIZE, 0);
    set(FuseOpcode.SYMLINK, 0, 2);
    set(FuseOpcode.MKNOD, MknodIn.SIZE, 1);
    set(FuseOpcode.MKDIR, MkdirIn.SIZE, 1);
    set(FuseOpcode.UNLINK, 0, 1);
    set(FuseOpcode.RMDIR, 0, 1);
    set(FuseOpcode.RENAME, RenameIn.SIZE, 2);
    set(FuseOpcode.LINK, LinkIn.SIZE, 1);
    set(FuseOpcode.OPEN, OpenIn.SIZE, 0);
    set(FuseOpcode.READ, ReadIn.SIZE, 0);
    set(FuseOpcode.WRITE, WriteIn.SIZE, 0);
    set(FuseOpcode.RELEASE, ReleaseIn.SIZE, 0);
    set(FuseOpcode.FSYNC, FsyncIn.SIZE, 0);
    set(FuseOpcode.SETXATTR, SetxattrIn.COMPAT_SIZE, 1);
    set(FuseOpcode.GETXATTR, GetxattrIn.SIZE, 1);
    set(FuseOpcode.LISTXATTR, GetxattrIn.SIZE, 0);
    set(FuseOpcode.REMOVEXATTR, 0, 1);
    set(FuseOpcode.FLUSH, FlushIn.SIZE, 0);
    set(FuseOpcode.INIT, InitIn.V35_SIZE, 0);
    set(FuseOpcode.OPENDIR, OpenIn.SIZE, 0);
    set(FuseOpcode.READDIR, ReadIn.SIZE, 0);
    set(FuseOpcode.RELEASEDIR, ReleaseIn.SIZE, 0);
    set(FuseOpcode.FSYNCDIR, FsyncIn.SIZE, 0);
    set(FuseOpcode.GETLK, LkIn.SIZE, 0);
    set(FuseOpcode.SETLK, LkIn.SIZE, 0);
    set(FuseOpcode.SETLKW, LkIn.SIZE, 0);
    set(FuseOpcode.ACCESS, AccessIn.SIZE, 0);
    set(FuseOpcode.CREATE, CreateIn.SIZE, 1);
    set(FuseOpcode.INTERRUPT, InterruptIn.SIZE, 0);
    set(FuseOpcode.BMAP, BmapIn.SIZE, 0);
    set(FuseOpcode.IOCTL, IoctlIn.SIZE, 0);
    set(FuseOpcode.POLL, PollIn.SIZE, 0);
    set(FuseOpcode.NOTIFY_REPLY, NotifyRetrieveIn.SIZE, 0);
    set(FuseOpcode.BATCH_FORGET, BatchForgetIn.SIZE, 0);
    set(FuseOpcode.FALLOCATE, FallocateIn.SIZE, 0);
    set(FuseOpcode.READDIRPLUS, ReadIn.SIZE, 0);
    set(FuseOpcode.RENAME2, Rename2In.SIZE, 2);
    set(FuseOpcode.LSEEK, LseekIn.SIZE, 0);
    set(FuseOpcode.COPY_FILE_RANGE, CopyFileRangeIn.SIZE, 0);
    set(FuseOpcode.SYNCFS, SyncfsIn.SIZE, 0);
    set(FuseOpcode.TMPFILE, CreateIn.SIZE, 1);
    set(FuseOpcode.STATX, StatxIn.SIZE, 0);
  }

  private RequestCheck() {}

  private static void set(int opcode, int struct, int names) {
    STRUCT[opcode] = struct;
    NAMES[opcode] = names;
  }

  /** Bytes of the struct at the body's start. */
  public static int structSize(int opcode) {
    return STRUCT[opcode];
  }

  /**
   * Checks a request and sets its names.
   *
   * @param received bytes that read(2) returned
   * @param capacity bytes of payload that the reply can hold
   * @return what is wrong with it, or null
   */
  public static String check(Request rq, int received, int capacity) {
    rq.names(-1, 0, -1, 0);
    if (received < InHeader.SIZE || rq.length() != received) {
      return "its length is not that of the message";
    }
    int opcode = rq.opcode();
    if (opcode <= 0 || opcode >= FuseOpcode.COUNT) {
      return null;
    }
    int struct = opcode == FuseOpcode.SETXATTR ? rq.setxattrInSize() : STRUCT[opcode];
    if (rq.bodyLength() < struct) {
      return "it is shorter than its struct";
    }
    if (NAMES[opcode] > 0) {
      int length = rq.scan(struct);
      int second = NAMES[opcode] == 2 ? struct + length + 1 : -1;
      int secondLength = second > 0 && length >= 0 ? rq.scan(second) : 0;
      if (length < 0 || secondLength < 0) {
        return "a name does not end in NUL";
      }
      rq.names(struct, length, second, secondLength);
    }
    if (!RequestExtensions.check(rq)) {
      return "its extensions are not what they say";
    }
    return tail(rq, opcode, capacity);
  }

  /** Checks what the struct says of data behind it, and of the room an answer needs. */
  private static String tail(Request rq, int opcode, int capacity) {
    long data = 0;
    long room = 0;
    int fixed = STRUCT[opcode];
    switch (opcode) {
      case FuseOpcode.WRITE -> data = unsigned(rq, WriteIn.SIZE_FIELD);
      case FuseOpcode.SETXATTR -> {
        data = unsigned(rq, SetxattrIn.SIZE_FIELD);
        fixed = rq.nameOffset() + rq.nameLength(rq.nameOffset()) + 1;
      }
      case FuseOpcode.BATCH_FORGET -> data = unsigned(rq, BatchForgetIn.COUNT) * ForgetOne.SIZE;
      case FuseOpcode.IOCTL -> {
        data = unsigned(rq, IoctlIn.IN_SIZE);
        room = unsigned(rq, IoctlIn.OUT_SIZE) + ReplyStructs.IoctlOut.SIZE;
      }
      case FuseOpcode.READ -> room = unsigned(rq, ReadIn.SIZE_FIELD);
      case FuseOpcode.GETXATTR, FuseOpcode.LISTXATTR -> room = unsigned(rq, GetxattrIn.SIZE_FIELD);
      default -> {}
    }
    if (data > rq.bodyLength() - fixed) {
      return "it is shorter than the data it announces";
    }
    return room > capacity ? "it asks for more than the send buffer holds" : null;
  }

  private static long unsigned(Request rq, int offset) {
    return Integer.toUnsignedLong(rq.u32(offset));
  }
}
