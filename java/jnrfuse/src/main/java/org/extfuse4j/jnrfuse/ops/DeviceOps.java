// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.IoctlOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.BmapIn;
import org.extfuse4j.fuse.protocol.RequestStructs.IoctlIn;
import org.extfuse4j.fuse.protocol.RequestStructs.PollIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;
import ru.serce.jnrfuse.struct.FusePollhandle;

/** IOCTL, POLL and BMAP: what files that are like devices have. */
final class DeviceOps {
  private static final int POLLHANDLE_SIZE = 24;
  private static final int FS_IOC_SETFLAGS = 0x40086602;
  private static final int FS_IOC_FSSETXATTR = 0x401c5820;

  private final Served m;
  private final DirectoryOps directories;

  DeviceOps(Served m, DirectoryOps directories) {
    this.m = m;
    this.directories = directories;
  }

  int ioctl(Request rq, Reply rp) {
    int flags = rq.u32(IoctlIn.FLAGS);
    if (!m.has.ioctl) {
      return -Errno.ENOSYS;
    }
    if ((flags & FuseFlags.FUSE_IOCTL_UNRESTRICTED) != 0) {
      return -Errno.EPERM;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int cmd = rq.u32(IoctlIn.CMD);
      // What chattr(1) sends: the kernel has checked the owner, and knows one since long.
      boolean owners = cmd == FS_IOC_SETFLAGS || cmd == FS_IOC_FSSETXATTR;
      int stale = owners ? m.rights.owned(c, rq, node) : 0;
      return stale != 0 ? stale : ioctl(c, rq, rp, node);
    } finally {
      m.tree.release(node);
    }
  }

  private int ioctl(Call c, Request rq, Reply rp, PathNode node) {
    Change change = m.fresh.begin(c, node, null, null, null);
    try {
      int flags = rq.u32(IoctlIn.FLAGS);
      int in = rq.u32(IoctlIn.IN_SIZE);
      int out = rq.u32(IoctlIn.OUT_SIZE);
      Pointer data = in == 0 ? null : c.body(rq, IoctlIn.SIZE);
      if (out > 0) {
        Pointer room = c.payload(rp).slice(IoctlOut.SIZE, Math.max(in, out));
        room.setMemory(0, out, (byte) 0);
        if (data != null) {
          data.transferTo(0, room, 0, in);
        }
        data = room;
      }
      long fh = directories.handle(rq.u64(IoctlIn.FH), flags);
      int rc =
          m.fs.ioctl(
              c.path,
              rq.u32(IoctlIn.CMD),
              Pointer.wrap(c.payload(rp).getRuntime(), rq.u64(IoctlIn.ARG)),
              c.file.set(fh, 0, 0),
              flags,
              data);
      // Its result is the caller's, positive ones too.
      rp.ioctl(rc, out);
      return 0;
    } finally {
      m.fresh.end(change, rq, -1);
    }
  }

  int poll(Request rq, Reply rp) {
    if (!m.has.poll) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      FusePollhandle handle = null;
      if ((rq.u32(PollIn.FLAGS) & FuseFlags.FUSE_POLL_SCHEDULE_NOTIFY) != 0) {
        handle = FusePollhandle.of(Call.zeroed(POLLHANDLE_SIZE));
        handle.kh.set(rq.u64(PollIn.KH));
      }
      Pointer revents = Call.zeroed(Integer.BYTES);
      int rc =
          m.errors.of(
              "poll", m.fs.poll(c.path, c.file.set(rq.u64(PollIn.FH), 0, 0), handle, revents));
      if (rc == 0) {
        rp.poll(revents.getInt(0));
      }
      return rc;
    } finally {
      m.tree.release(node);
    }
  }

  /** jnr-fuse's bmap cannot tell a block, only whether there is one: it is answered unchanged. */
  int bmap(Request rq, Reply rp) {
    if (!m.has.bmap) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      long block = rq.u64(BmapIn.BLOCK);
      int rc = m.errors.of("bmap", m.fs.bmap(c.path, rq.u32(BmapIn.BLOCKSIZE), block));
      if (rc == 0) {
        rp.bmap(block);
      }
      return rc;
    } finally {
      m.tree.release(node);
    }
  }
}
