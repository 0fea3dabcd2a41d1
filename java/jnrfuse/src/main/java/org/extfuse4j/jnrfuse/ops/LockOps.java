// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.FileLock;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.LkIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import ru.serce.jnrfuse.struct.Flock;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * GETLK, SETLK, SETLKW: fcntl(2) locks by the callback lock, flock(2) locks by flock. Without the
 * callback the kernel keeps the locks itself. Unlike libfuse the adapter keeps no list of locks of
 * its own: it is the file system that knows them.
 */
final class LockOps {
  private static final int F_GETLK = 5;
  private static final int F_SETLK = 6;
  private static final int F_SETLKW = 7;
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final long OFFSET_MAX = Long.MAX_VALUE;

  private final Served m;

  LockOps(Served m) {
    this.m = m;
  }

  int getlk(Request rq, Reply rp) {
    int rc = lock(rq, F_GETLK);
    if (rc == 0) {
      Flock found = Call.current().flock;
      long start = found.l_start.get();
      long length = found.l_len.get();
      long end = length == 0 ? OFFSET_MAX : start + length - 1;
      rp.lock(start, end, found.l_type.get(), (int) found.l_pid.get());
    }
    return rc;
  }

  int setlk(Request rq, boolean wait) {
    return (rq.u32(LkIn.LK_FLAGS) & FuseFlags.FUSE_LK_FLOCK) != 0
        ? flock(rq, wait)
        : lock(rq, wait ? F_SETLKW : F_SETLK);
  }

  private int lock(Request rq, int command) {
    if (!m.has.lock) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      Flock flock = c.clearFlock();
      long start = rq.u64(LkIn.LK + FileLock.START);
      long end = rq.u64(LkIn.LK + FileLock.END);
      flock.l_type.set((short) rq.u32(LkIn.LK + FileLock.TYPE));
      flock.l_start.set(start);
      flock.l_len.set(end == OFFSET_MAX ? 0 : end - start + 1);
      flock.l_pid.set(rq.u32(LkIn.LK + FileLock.PID));
      return m.errors.of("lock", m.fs.lock(c.path, info(c, rq), command, flock));
    } finally {
      m.tree.release(node);
    }
  }

  private int flock(Request rq, boolean wait) {
    if (!m.has.flock) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int op =
          switch ((short) rq.u32(LkIn.LK + FileLock.TYPE)) {
            case F_RDLCK -> LOCK_SH;
            case F_WRLCK -> LOCK_EX;
            default -> LOCK_UN;
          };
      return m.errors.of("flock", m.fs.flock(c.path, info(c, rq), wait ? op : op | LOCK_NB));
    } finally {
      m.tree.release(node);
    }
  }

  private static FuseFileInfo info(Call c, Request rq) {
    return c.file.set(rq.u64(LkIn.FH), 0, rq.u64(LkIn.OWNER));
  }
}
