// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.FuseFlags;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.SetattrIn;
import org.extfuse4j.fuse.Syscalls;
import org.extfuse4j.stackfs.Mounted.NodeOp;

/** SETATTR: chown, chmod, truncate and times, in one request or several. */
final class SetattrOps {
  private static final int UTIME_NOW = (1 << 30) - 1;
  private static final int UTIME_OMIT = (1 << 30) - 2;
  private static final int NSEC = 8;
  private static final int CHANGES =
      FuseFlags.FATTR_MODE | FuseFlags.FATTR_SIZE | FuseFlags.FATTR_ATIME | FuseFlags.FATTR_MTIME;
  private static final int SECOND_TIME = 16;

  private final Mounted m;
  private final LookupOps lookups;
  private final NodeOp setattr = this::setattr;

  SetattrOps(Mounted m, LookupOps lookups) {
    this.m = m;
    this.lookups = lookups;
  }

  int setattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, setattr);
  }

  private int setattr(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int changed = change(s, rq, fd);
    int seen = m.refresh(s, node, fd);
    int rc = changed < 0 ? changed : seen;
    if (rc == 0) {
      lookups.putAttr(s, rp);
    }
    return rc;
  }

  // chown before chmod: it clears set-id bits, which the mode in the same request may set.
  private static int change(Scratch s, Request rq, int fd) {
    int valid = rq.u32(SetattrIn.VALID);
    // Nothing at all is chown(2) with neither owner nor group, which sets ctime on Linux.
    if ((valid & (FuseFlags.FATTR_UID | FuseFlags.FATTR_GID)) != 0 || (valid & CHANGES) == 0) {
      int uid = (valid & FuseFlags.FATTR_UID) != 0 ? rq.u32(SetattrIn.UID) : -1;
      int gid = (valid & FuseFlags.FATTR_GID) != 0 ? rq.u32(SetattrIn.GID) : -1;
      int rc = Syscalls.fchownat(fd, s.emptyPath, uid, gid, Libc.AT_EMPTY_PATH);
      if (rc < 0) {
        return rc;
      }
    }
    if ((valid & FuseFlags.FATTR_MODE) != 0) {
      int rc = Syscalls.chmod(s.procPath(fd), rq.u32(SetattrIn.MODE) & 07777);
      if (rc < 0) {
        return rc;
      }
    }
    if ((valid & FuseFlags.FATTR_SIZE) != 0) {
      int rc = resize(s, rq, fd, (valid & FuseFlags.FATTR_FH) != 0);
      if (rc < 0) {
        return rc;
      }
    }
    if ((valid & (FuseFlags.FATTR_ATIME | FuseFlags.FATTR_MTIME)) != 0) {
      putTime(s.times, 0, rq, valid, true);
      putTime(s.times, SECOND_TIME, rq, valid, false);
      return Syscalls.utimensat(fd, s.emptyPath, s.timesAddress, Libc.AT_EMPTY_PATH);
    }
    return 0;
  }

  private static int resize(Scratch s, Request rq, int fd, boolean byHandle) {
    long size = rq.u64(SetattrIn.SIZE_FIELD);
    return byHandle
        ? Syscalls.ftruncate((int) rq.u64(SetattrIn.FH), size)
        : Syscalls.truncate(s.procPath(fd), size);
  }

  private static void putTime(ByteBuffer times, int at, Request rq, int valid, boolean access) {
    int set = access ? FuseFlags.FATTR_ATIME : FuseFlags.FATTR_MTIME;
    int now = access ? FuseFlags.FATTR_ATIME_NOW : FuseFlags.FATTR_MTIME_NOW;
    long seconds = 0;
    long nanos;
    if ((valid & set) == 0) {
      nanos = UTIME_OMIT;
    } else if ((valid & now) != 0) {
      nanos = UTIME_NOW;
    } else {
      seconds = rq.u64(access ? SetattrIn.ATIME : SetattrIn.MTIME);
      nanos = rq.u32(access ? SetattrIn.ATIMENSEC : SetattrIn.MTIMENSEC);
    }
    times.putLong(at, seconds);
    times.putLong(at + NSEC, nanos);
  }
}
