// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.IoctlOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.IoctlIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * The ioctls that are attributes of an inode: its flags, as lsattr(1) and chattr(1) know them, and
 * its project. All others are for the machinery of one file system, which this is not: ENOTTY.
 */
public final class IoctlOps {
  // linux/fs.h.
  private static final int FS_IOC_GETFLAGS = 0x80086601;
  private static final int FS_IOC_SETFLAGS = 0x40086602;
  private static final int FS_IOC_FSGETXATTR = 0x801c581f;
  private static final int FS_IOC_FSSETXATTR = 0x401c5820;
  private static final int FSXATTR_SIZE = 28;

  private final MountContext m;
  private final DirectoryOps directories;

  public IoctlOps(MountContext m, DirectoryOps directories) {
    this.m = m;
    this.directories = directories;
  }

  public int ioctl(Request rq, Reply rp) {
    int command = rq.u32(IoctlIn.CMD);
    return switch (command) {
      case FS_IOC_GETFLAGS, FS_IOC_FSGETXATTR -> get(rq, rp, command);
      case FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR -> set(rq, rp, command);
      default -> -Errno.ENOTTY;
    };
  }

  private int get(Request rq, Reply rp, int command) {
    int size = rq.u32(IoctlIn.OUT_SIZE);
    if (size < 0 || size > FSXATTR_SIZE) {
      return -Errno.EINVAL;
    }
    // FS_IOC_GETFLAGS is defined with a long, but what is read and written is an int.
    for (int i = 0; i < size; i++) {
      rp.payload().put(IoctlOut.SIZE + i, (byte) 0);
    }
    int file = directories.descriptor(m.begin(), rq, rq.u64(IoctlIn.FH));
    if (file < 0) {
      return file;
    }
    int rc = Syscalls.ioctl(file, command, rp.payloadAddress() + IoctlOut.SIZE);
    if (rc < 0) {
      return rc;
    }
    rp.ioctl(0, size);
    return 0;
  }

  private static int setAsCaller(Scratch s, Request rq, int file, int command) {
    Caller caller = s.caller.become(rq).on(file).checkedByKernel();
    try {
      int rc;
      do {
        rc = Math.min(Syscalls.ioctl(file, command, rq.bodyAddress() + IoctlIn.SIZE), 0);
      } while (caller.again(rc));
      return rc;
    } finally {
      caller.restore();
    }
  }

  private int set(Request rq, Reply rp, int command) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    if (rq.u32(IoctlIn.IN_SIZE) < (command == FS_IOC_SETFLAGS ? Integer.BYTES : FSXATTR_SIZE)) {
      return -Errno.EINVAL;
    }
    Scratch s = m.begin();
    int file = directories.descriptor(s, rq, rq.u64(IoctlIn.FH));
    if (file < 0) {
      return file;
    }
    m.source.awaitThaw(s, file, false);
    m.locks.lock(node.nodeid());
    try {
      int rc = setAsCaller(s, rq, file, command);
      if (m.source.caseRule().flagsChanged(s, node, file)) {
        m.cache.flush();
      }
      m.publisher.refresh(s, node, file);
      if (rc == 0) {
        // The kernel does not know that this sets the ctime.
        m.changedUnseen(node.nodeid());
        rp.ioctl(0, 0);
      }
      return rc;
    } finally {
      m.locks.unlock(node.nodeid());
    }
  }
}
