// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.SetattrIn;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.MountContext.NodeOp;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * SETATTR: chown, chmod, truncate and times, in one request or several, with the caller's rights.
 *
 * <p>The kernel also sends it in the name of somebody who need not own the file: before he writes,
 * so that set-id bits go (file_remove_privs()); and the times that it has kept, with writeback.
 */
public final class SetattrOps {
  private static final int UTIME_NOW = (1 << 30) - 1;
  private static final int UTIME_OMIT = (1 << 30) - 2;
  private static final int NSEC = 8;
  private static final int SECOND_TIME = 16;

  private static final int OWNERS = FuseFlags.FATTR_UID | FuseFlags.FATTR_GID;
  private static final int PERMISSIONS = OWNERS | FuseFlags.FATTR_MODE;
  private static final int TIMES = FuseFlags.FATTR_ATIME | FuseFlags.FATTR_MTIME;
  private static final int CHANGES = OWNERS | FuseFlags.FATTR_MODE | FuseFlags.FATTR_SIZE | TIMES;
  private static final int KEPT_TIMES = FuseFlags.FATTR_MTIME | FuseFlags.FATTR_CTIME;
  private static final int SET_ID = Attributes.S_ISUID | Attributes.S_ISGID;

  private final MountContext m;
  private final LookupOps lookups;
  private final NodeOp setattr = this::setattr;

  public SetattrOps(MountContext m, LookupOps lookups) {
    this.m = m;
    this.lookups = lookups;
  }

  public int setattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, setattr);
  }

  private int setattr(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int changed = Attributes.statx(s, fd);
    if (changed == 0) {
      if ((rq.u32(SetattrIn.VALID) & PERMISSIONS) != 0) {
        m.publisher.held.beforeChange(s, node, fd, rq.uid());
      }
      changed = changeAsCaller(s, rq, fd);
    }
    if (changed == -Errno.EPERM) {
      changed = changeForWriter(s, node, rq, fd);
    }
    int seen = m.publisher.refresh(s, node, fd);
    int rc = changed < 0 ? changed : seen;
    if (rc == 0) {
      lookups.putAttr(s, rp);
    }
    return rc;
  }

  private static int changeAsCaller(Scratch s, Request rq, int fd) {
    Caller caller = s.caller.become(rq).on(fd);
    try {
      return change(s, rq, fd, caller);
    } finally {
      caller.restore();
    }
  }

  // With the attributes as they are in the scratch. chown before chmod: it clears set-id bits,
  // which the mode in the same request may set.
  private static int change(Scratch s, Request rq, int fd, Caller caller) {
    int valid = rq.u32(SetattrIn.VALID) & CHANGES;
    if (valid == 0) {
      return touch(s, fd);
    }
    if ((valid & FuseFlags.FATTR_SIZE) != 0) {
      caller.changesData();
    }
    if ((valid & (OWNERS | FuseFlags.FATTR_SIZE)) != 0 && Attributes.hasSetId(s.statx)) {
      caller.know(Capability.FSETID);
    }
    int rc = (valid & OWNERS) == 0 ? 0 : chown(s, rq, fd, valid, caller);
    if (rc == 0 && (valid & FuseFlags.FATTR_SIZE) != 0) {
      // A mode with it is what the kernel thinks that truncating leaves of it; it does so itself.
      rc = resize(s, rq, fd, caller);
    } else if (rc == 0 && (valid & FuseFlags.FATTR_MODE) != 0) {
      rc = chmod(s, rq, fd, (valid & OWNERS) != 0, caller);
    }
    if (rc < 0 || (valid & TIMES) == 0) {
      return rc;
    }
    rc = utimes(s, rq, fd, valid, caller);
    // With the size it is the kernel's own (writeback), and the source's is as good.
    return rc == -Errno.EPERM && (valid & FuseFlags.FATTR_SIZE) != 0 ? 0 : rc;
  }

  // chown(2) with neither owner nor group sets ctime, and takes set-id bits and capabilities. Where
  // there are such bits it is no chown(2), which has taken them before: somebody who may keep them
  // is about to write, which sets ctime too.
  private static int touch(Scratch s, int fd) {
    return Attributes.hasSetId(s.statx)
        ? 0
        : Syscalls.fchownat(fd, s.emptyPath, -1, -1, Libc.AT_EMPTY_PATH);
  }

  private static int chown(Scratch s, Request rq, int fd, int valid, Caller caller) {
    int uid = (valid & FuseFlags.FATTR_UID) != 0 ? rq.u32(SetattrIn.UID) : -1;
    int gid = (valid & FuseFlags.FATTR_GID) != 0 ? rq.u32(SetattrIn.GID) : -1;
    int rc;
    do {
      rc = Syscalls.fchownat(fd, s.emptyPath, uid, gid, Libc.AT_EMPTY_PATH);
    } while (caller.again(rc));
    return rc;
  }

  private static int chmod(Scratch s, Request rq, int fd, boolean chowned, Caller caller) {
    int mode = rq.u32(SetattrIn.MODE) & Attributes.MODE_BITS;
    if (chowned) {
      // The mode may be what the kernel thinks that chown(2) leaves of it.
      int rc = Attributes.statx(s, fd);
      if (rc < 0 || (Attributes.mode(s.statx) & Attributes.MODE_BITS) == mode) {
        return rc;
      }
    }
    if ((mode & Attributes.S_ISGID) != 0) {
      caller.know(
          Capability.FSETID); // who is not in the group loses the bit, and hears of no error
    }
    int rc;
    do {
      rc = Syscalls.chmod(s.procPath(fd), mode);
    } while (caller.again(rc));
    return rc;
  }

  private static int resize(Scratch s, Request rq, int fd, Caller caller) {
    long size = rq.u64(SetattrIn.SIZE_FIELD);
    boolean byHandle = (rq.u32(SetattrIn.VALID) & FuseFlags.FATTR_FH) != 0;
    int rc;
    do {
      rc =
          byHandle
              ? Syscalls.ftruncate((int) rq.u64(SetattrIn.FH), size)
              : Syscalls.truncate(s.procPath(fd), size);
    } while (caller.again(rc));
    return rc;
  }

  private static int utimes(Scratch s, Request rq, int fd, int valid, Caller caller) {
    putTime(s.times, 0, rq, valid, true);
    putTime(s.times, SECOND_TIME, rq, valid, false);
    int rc;
    do {
      rc = Syscalls.utimensat(fd, s.emptyPath, s.timesAddress, Libc.AT_EMPTY_PATH);
    } while (caller.again(rc));
    return rc;
  }

  /**
   * What the kernel does in the name of somebody who writes and may not do it himself. Anybody else
   * who asks for the same was refused by the kernel, unless it took him for the owner.
   *
   * @return 0 or -EPERM
   */
  private int changeForWriter(Scratch s, StackNode node, Request rq, int fd) {
    int valid = rq.u32(SetattrIn.VALID);
    if (!m.openers.isWritten(node.nodeid())) {
      return -Errno.EPERM;
    }
    if (m.writeback && (valid & (CHANGES | FuseFlags.FATTR_CTIME)) == KEPT_TIMES) {
      return 0; // the time at which the data came remains
    }
    int rc = Attributes.statx(s, fd);
    if (rc < 0 || (valid & CHANGES) != FuseFlags.FATTR_MODE) {
      return -Errno.EPERM;
    }
    int mode = Attributes.mode(s.statx) & Attributes.MODE_BITS;
    int wanted = rq.u32(SetattrIn.MODE) & Attributes.MODE_BITS;
    boolean onlyTakes = (mode & wanted) == wanted && ((mode ^ wanted) & ~SET_ID) == 0;
    if (!onlyTakes) {
      return -Errno.EPERM;
    }
    // As a write takes them, whatever else of the mode somebody changes at the moment.
    return mode == wanted ? 0 : Syscalls.fchownat(fd, s.emptyPath, -1, -1, Libc.AT_EMPTY_PATH);
  }

  private static void putTime(ByteBuffer times, int at, Request rq, int valid, boolean access) {
    int set = access ? FuseFlags.FATTR_ATIME : FuseFlags.FATTR_MTIME;
    int now = access ? FuseFlags.FATTR_ATIME_NOW : FuseFlags.FATTR_MTIME_NOW;
    int given = rq.u32(SetattrIn.VALID);
    long seconds = 0;
    long nanos;
    if ((valid & set) == 0) {
      nanos = UTIME_OMIT;
    } else if ((given & now) != 0) {
      nanos = UTIME_NOW;
    } else {
      seconds = rq.u64(access ? SetattrIn.ATIME : SetattrIn.MTIME);
      nanos = rq.u32(access ? SetattrIn.ATIMENSEC : SetattrIn.MTIMENSEC);
    }
    times.putLong(at, seconds);
    times.putLong(at + NSEC, nanos);
  }
}
