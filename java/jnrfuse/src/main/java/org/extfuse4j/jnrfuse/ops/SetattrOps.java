// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.SetattrIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * SETATTR: chmod, chown, truncate and utimens, in libfuse's order. As there, times are set only
 * when both are ({@code flag_utime_omit_ok} cannot be set in jnr-fuse).
 */
final class SetattrOps {
  private static final int TIMES = FuseFlags.FATTR_ATIME | FuseFlags.FATTR_MTIME;
  private static final int NOW = FuseFlags.FATTR_ATIME_NOW | FuseFlags.FATTR_MTIME_NOW;
  private static final long ID = 0xffffffffL;

  private final Served m;

  SetattrOps(Served m) {
    this.m = m;
  }

  int setattr(Request rq, Reply rp) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int stale = stale(c, rq, node);
      return stale != 0 ? stale : setattr(c, rq, rp, node);
    } finally {
      m.tree.release(node);
    }
  }

  /** Times as of now are for whoever may write, the rest is for the owner; ftruncate for all. */
  private int stale(Call c, Request rq, PathNode node) {
    int valid = rq.u32(SetattrIn.VALID);
    if ((valid & (FuseFlags.FATTR_MODE | FuseFlags.FATTR_UID | FuseFlags.FATTR_GID)) != 0) {
      return m.rights.owned(c, rq, node);
    }
    boolean resized = (valid & FuseFlags.FATTR_SIZE) != 0;
    if (resized) {
      return (valid & FuseFlags.FATTR_FH) != 0 ? 0 : m.rights.written(c, rq, node);
    }
    if ((valid & TIMES) == 0) {
      return 0;
    }
    return (valid & NOW) == NOW ? m.rights.touched(c, rq, node) : m.rights.owned(c, rq, node);
  }

  private int setattr(Call c, Request rq, Reply rp, PathNode node) {
    Change change = m.fresh.begin(c, node, null, null, null);
    boolean known = false;
    try {
      boolean open = (rq.u32(SetattrIn.VALID) & FuseFlags.FATTR_FH) != 0;
      int rc = change(c, rq, open);
      if (rc == 0) {
        FileStat stat = c.clearStat();
        rc =
            open
                ? m.fgetattr(c.path, stat, c.file.set(rq.u64(SetattrIn.FH), 0, 0))
                : m.getattr(c.path, stat);
        rc = m.errors.of("getattr", rc);
      }
      if (rc == 0) {
        m.putAttr(c, node, rp, true);
        known = true;
      }
      return rc;
    } finally {
      if (known) {
        m.fresh.endWithAttr(c, change, rp.payload(), rp.attrOutAttrOffset());
      } else {
        m.fresh.end(change, rq, -1);
      }
    }
  }

  private int change(Call c, Request rq, boolean open) {
    int valid = rq.u32(SetattrIn.VALID);
    int rc = 0;
    if ((valid & FuseFlags.FATTR_MODE) != 0) {
      rc = chmod(c.path, rq.u32(SetattrIn.MODE));
    }
    if (rc == 0 && (valid & (FuseFlags.FATTR_UID | FuseFlags.FATTR_GID)) != 0) {
      long uid = (valid & FuseFlags.FATTR_UID) != 0 ? rq.u32(SetattrIn.UID) & ID : ID;
      long gid = (valid & FuseFlags.FATTR_GID) != 0 ? rq.u32(SetattrIn.GID) & ID : ID;
      rc = m.has.chown ? m.errors.of("chown", m.fs.chown(c.path, uid, gid)) : -Errno.ENOSYS;
    }
    if (rc == 0 && (valid & FuseFlags.FATTR_SIZE) != 0) {
      rc = resize(c, rq, open);
    }
    if (rc == 0 && (valid & TIMES) == TIMES) {
      rc = utimens(c, rq);
    }
    return rc;
  }

  private int chmod(String path, int mode) {
    return m.has.chmod ? m.errors.of("chmod", m.fs.chmod(path, mode)) : -Errno.ENOSYS;
  }

  private int resize(Call c, Request rq, boolean open) {
    long size = rq.u64(SetattrIn.SIZE_FIELD);
    if (open && m.has.ftruncate) {
      long owner =
          (rq.u32(SetattrIn.VALID) & FuseFlags.FATTR_LOCKOWNER) != 0
              ? rq.u64(SetattrIn.LOCK_OWNER)
              : 0;
      return m.errors.of(
          "ftruncate", m.fs.ftruncate(c.path, size, c.file.set(rq.u64(SetattrIn.FH), 0, owner)));
    }
    return m.has.truncate ? m.errors.of("truncate", m.fs.truncate(c.path, size)) : -Errno.ENOSYS;
  }

  private int utimens(Call c, Request rq) {
    if (!m.has.utimens) {
      return -Errno.ENOSYS;
    }
    c.times[0].tv_sec.set(rq.u64(SetattrIn.ATIME));
    c.times[0].tv_nsec.set(rq.u32(SetattrIn.ATIMENSEC));
    c.times[1].tv_sec.set(rq.u64(SetattrIn.MTIME));
    c.times[1].tv_nsec.set(rq.u32(SetattrIn.MTIMENSEC));
    return m.errors.of("utimens", m.fs.utimens(c.path, c.times));
  }
}
