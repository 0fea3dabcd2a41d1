// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.RequestStructs.BatchForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;

/** Prints requests and replies for logs: headers here, bodies by {@link StructPrinter}. */
public final class FusePrinter {
  private FusePrinter() {}

  /**
   * Header, struct and names of a request; whatever its bytes are, it prints and does not throw.
   */
  static String request(Request rq) {
    StringBuilder sb = new StringBuilder(160);
    head(sb, rq);
    if (rq.length() < InHeader.SIZE || rq.length() > rq.buffer().capacity()) {
      return sb.append(" length=").append(Integer.toUnsignedString(rq.length())).toString();
    }
    sb.append(" uid=").append(Integer.toUnsignedString(rq.uid()));
    sb.append(" gid=").append(Integer.toUnsignedString(rq.gid()));
    sb.append(" pid=").append(Integer.toUnsignedString(rq.pid()));
    StructPrinter body = new StructPrinter(sb, rq.buffer(), rq.bodyOffset());
    try {
      body(body, rq);
      name(sb, " name=", rq, rq.nameOffset());
      name(
          sb,
          rq.opcode() == FuseOpcode.SYMLINK ? " target=" : " newname=",
          rq,
          rq.secondNameOffset());
    } catch (IndexOutOfBoundsException e) {
      sb.append(" (cut short)");
    }
    return sb.toString();
  }

  /** One line with the result of a request, and at TRACE the reply. */
  public static void log(Logger log, Request rq, Reply rp, int result) {
    StringBuilder sb = new StringBuilder(160);
    head(sb, rq);
    sb.append(" -> ").append(Errno.name(result));
    if (result == 0 && rp.length() > 0) {
      sb.append(' ').append(rp.length()).append(" bytes");
      if (log.isTraceEnabled()) {
        reply(new StructPrinter(sb, rp.payload(), 0), rq, rp);
      }
    }
    log.debug("{}", sb);
  }

  private static void head(StringBuilder sb, Request rq) {
    sb.append('#').append(Long.toUnsignedString(rq.unique()));
    sb.append(' ').append(FuseOpcode.name(rq.opcode()));
    sb.append(" nodeid=").append(Long.toUnsignedString(rq.nodeid()));
  }

  private static void name(StringBuilder sb, String label, Request rq, int offset) {
    if (offset >= 0) {
      int start = rq.bodyOffset() + offset;
      sb.append(label);
      StructPrinter.quoted(sb, rq.buffer(), start, rq.nameLength(offset));
    }
  }

  private static void body(StructPrinter p, Request rq) {
    switch (rq.opcode()) {
      case FuseOpcode.FORGET -> p.number("nlookup", ForgetIn.NLOOKUP);
      case FuseOpcode.BATCH_FORGET -> p.count("count", BatchForgetIn.COUNT);
      case FuseOpcode.GETATTR -> p.getattrIn();
      case FuseOpcode.SETATTR -> p.setattrIn();
      case FuseOpcode.MKNOD -> p.mknodIn();
      case FuseOpcode.MKDIR -> p.mkdirIn();
      case FuseOpcode.RENAME -> p.renameIn();
      case FuseOpcode.RENAME2 -> p.rename2In();
      case FuseOpcode.LINK -> p.linkIn();
      case FuseOpcode.OPEN, FuseOpcode.OPENDIR -> p.openIn();
      case FuseOpcode.CREATE, FuseOpcode.TMPFILE -> p.createIn();
      case FuseOpcode.READ, FuseOpcode.READDIR, FuseOpcode.READDIRPLUS -> p.readIn();
      case FuseOpcode.WRITE -> p.writeIn();
      case FuseOpcode.RELEASE, FuseOpcode.RELEASEDIR -> p.releaseIn();
      case FuseOpcode.FSYNC, FuseOpcode.FSYNCDIR -> p.fsyncIn();
      case FuseOpcode.FLUSH -> p.flushIn();
      case FuseOpcode.SETXATTR -> p.setxattrIn();
      case FuseOpcode.GETXATTR, FuseOpcode.LISTXATTR -> p.getxattrIn();
      case FuseOpcode.GETLK, FuseOpcode.SETLK, FuseOpcode.SETLKW -> p.lkIn();
      case FuseOpcode.ACCESS -> p.accessIn();
      case FuseOpcode.INIT -> p.initIn();
      case FuseOpcode.INTERRUPT -> p.interruptIn();
      case FuseOpcode.BMAP -> p.bmapIn();
      case FuseOpcode.IOCTL -> p.ioctlIn();
      case FuseOpcode.POLL -> p.pollIn();
      case FuseOpcode.FALLOCATE -> p.fallocateIn();
      case FuseOpcode.LSEEK -> p.lseekIn();
      case FuseOpcode.COPY_FILE_RANGE -> p.copyFileRangeIn();
      case FuseOpcode.STATX -> p.statxIn();
      default -> {}
    }
  }

  private static void reply(StructPrinter p, Request rq, Reply rp) {
    switch (rq.opcode()) {
      case FuseOpcode.LOOKUP,
          FuseOpcode.MKNOD,
          FuseOpcode.MKDIR,
          FuseOpcode.SYMLINK,
          FuseOpcode.LINK ->
          p.entryOut();
      case FuseOpcode.GETATTR, FuseOpcode.SETATTR -> p.attrOut();
      case FuseOpcode.OPEN, FuseOpcode.OPENDIR -> p.openOut();
      case FuseOpcode.CREATE, FuseOpcode.TMPFILE -> {
        p.entryOut();
        new StructPrinter(p, EntryOut.SIZE).openOut();
      }
      case FuseOpcode.WRITE, FuseOpcode.COPY_FILE_RANGE -> p.writeOut();
      case FuseOpcode.STATFS -> p.statfsOut();
      case FuseOpcode.LSEEK -> p.lseekOut();
      case FuseOpcode.GETLK -> p.fileLock(0);
      case FuseOpcode.READLINK -> p.text("target", rp.length());
      default -> {}
    }
  }
}
