// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.FallocateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FlushIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.BufVec;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.OpenFiles;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Open files. The handle that the kernel keeps is the file system's own; data goes between the
 * session's buffers and the file system without a copy.
 */
final class FileOps {
  private static final int O_ACCMODE = 3;
  private static final int O_TRUNC = 01000;
  private static final int F_SETLK = 6;
  private static final short F_UNLCK = 2;

  /** What libfuse gives release for a path that is no more. */
  private static final String NO_PATH = "-";

  private final Served m;
  private final OpenFiles opens = new OpenFiles();

  FileOps(Served m) {
    this.m = m;
  }

  int open(Request rq, Reply rp) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int flags = rq.u32(OpenIn.FLAGS);
      int stale = m.rights.open(c, rq, node, flags);
      if (stale != 0) {
        return stale;
      }
      FuseFileInfo fi = c.file.set(0, flags, 0);
      int rc = m.has.open ? m.errors.of("open", m.fs.open(c.path, fi)) : 0;
      if ((flags & O_TRUNC) != 0) {
        m.fresh.invalidate(node); // with atomic_o_trunc, also if it failed afterwards
      }
      if (rc == 0) {
        opened(node, c.file.fh(), flags);
        rp.open(c.file.fh(), c.file.openFlags(m.options.directIo(), m.options.kernelCache()));
      }
      return rc;
    } finally {
      m.tree.release(node);
    }
  }

  /** A file of the node is open from now on. */
  void opened(PathNode node, long fh, int flags) {
    opens.opened(node.nodeid(), fh, flags);
    synchronized (m.registry) {
      node.open++;
    }
    if ((flags & O_ACCMODE) != 0) {
      m.fresh.writers(node, 1);
    }
  }

  /** Closes a file that the kernel never heard of. */
  void closed(String path, FuseFileInfo fi) {
    if (m.has.release) {
      m.fs.release(path, fi);
    }
  }

  int read(Request rq, Reply rp) {
    if (!m.has.read && !m.has.readBuf) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int size = rq.u32(ReadIn.SIZE_FIELD);
      long offset = rq.u64(ReadIn.OFFSET);
      FuseFileInfo fi =
          c.file.set(rq.u64(ReadIn.FH), rq.u32(ReadIn.FLAGS), rq.u64(ReadIn.LOCK_OWNER));
      Pointer data = c.payload(rp);
      int n =
          m.has.readBuf
              ? BufVec.read(m.fs, c.path, data, size, offset, fi)
              : m.fs.read(c.path, data, size, offset, fi);
      n = m.errors.size("read", n, size);
      if (n < 0) {
        return n;
      }
      rp.length(n);
      return 0;
    } finally {
      m.tree.release(node);
    }
  }

  int write(Request rq, Reply rp) {
    if (!m.has.write && !m.has.writeBuf) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int size = rq.u32(WriteIn.SIZE_FIELD);
      long offset = rq.u64(WriteIn.OFFSET);
      boolean fromPageCache = (rq.u32(WriteIn.WRITE_FLAGS) & FuseFlags.FUSE_WRITE_CACHE) != 0;
      FuseFileInfo fi =
          c.file.forWrite(
              rq.u64(WriteIn.FH), rq.u32(WriteIn.FLAGS), rq.u64(WriteIn.LOCK_OWNER), fromPageCache);
      Pointer data = c.body(rq, WriteIn.SIZE);
      int n =
          m.has.writeBuf
              ? BufVec.write(m.fs, c.path, data, size, offset, fi)
              : m.fs.write(c.path, data, size, offset, fi);
      n = m.errors.size("write", n, size);
      if (n < 0) {
        return n;
      }
      rp.write(n);
      return 0;
    } finally {
      m.tree.release(node);
    }
  }

  int flush(Request rq) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    try {
      FuseFileInfo fi = c.file.forFlush(rq.u64(FlushIn.FH), 0, rq.u64(FlushIn.LOCK_OWNER), false);
      return flush(c, node == null ? null : c.path, fi);
    } finally {
      release(node);
    }
  }

  private int flush(Call c, String path, FuseFileInfo fi) {
    int rc = m.has.flush ? m.errors.of("flush", m.fs.flush(path, fi)) : -Errno.ENOSYS;
    if (!m.has.lock) {
      return rc;
    }
    c.clearFlock().l_type.set(F_UNLCK);
    int unlocked = m.fs.lock(path, fi, F_SETLK, c.flock);
    return rc == -Errno.ENOSYS && unlocked != -Errno.ENOSYS ? 0 : rc;
  }

  int release(Request rq) {
    int flags = rq.u32(ReleaseIn.RELEASE_FLAGS);
    Call c = m.begin(rq);
    int rc = 0;
    PathNode used = m.tree.use(c, rq.nodeid());
    String path = used == null ? null : c.path;
    try {
      if ((flags & FuseFlags.FUSE_RELEASE_FLUSH) != 0) {
        rc = flush(c, path, releaseInfo(c, rq));
      }
    } finally {
      try {
        opens.closed(rq.nodeid(), rq.u64(ReleaseIn.FH), rq.u32(ReleaseIn.FLAGS));
        close(m.registry.get(rq.nodeid()), path, releaseInfo(c, rq), rq.u32(ReleaseIn.FLAGS));
      } finally {
        release(used);
      }
    }
    return rc == -Errno.ENOSYS ? 0 : rc;
  }

  private static FuseFileInfo releaseInfo(Call c, Request rq) {
    int flags = rq.u32(ReleaseIn.RELEASE_FLAGS);
    long fh = rq.u64(ReleaseIn.FH);
    long owner = rq.u64(ReleaseIn.LOCK_OWNER);
    int openFlags = rq.u32(ReleaseIn.FLAGS);
    return (flags & FuseFlags.FUSE_RELEASE_FLUSH) != 0
        ? c.file.forFlush(fh, openFlags, owner, (flags & FuseFlags.FUSE_RELEASE_FLOCK_UNLOCK) != 0)
        : c.file.forRelease(
            fh, openFlags, owner, (flags & FuseFlags.FUSE_RELEASE_FLOCK_UNLOCK) != 0);
  }

  /** The kernel did not take the answer to OPEN or CREATE: the file is closed again. */
  void takeBack(Request rq, PathNode node, long fh, int flags) {
    if (node == null) {
      return;
    }
    opens.closed(node.nodeid(), fh, flags);
    Call c = m.begin(rq);
    PathNode used = m.tree.use(c, node.nodeid());
    try {
      close(node, used == null ? null : c.path, c.file.set(fh, flags, 0), flags);
    } finally {
      release(used);
    }
  }

  /** After the last request: closes what the kernel had open, whose RELEASE never came. */
  void closeAll() {
    Request nobody = Request.allocate(InHeader.SIZE);
    for (OpenFiles.Open open : opens.takeAll()) {
      try {
        takeBack(nobody, m.registry.find(open.nodeid()), open.fh(), open.flags());
      } catch (RuntimeException | Error e) {
        m.failures.error(FailureLog.kind("release", e), () -> "release threw at the end", e);
      }
    }
  }

  private void close(PathNode node, String path, FuseFileInfo fi, int flags) {
    try {
      closed(path == null ? NO_PATH : path, fi);
    } finally {
      if (node != null) {
        if ((flags & O_ACCMODE) != 0) {
          m.fresh.writers(node, -1);
        }
        if (lastOfHidden(node) && path != null) {
          removeHidden(node, path);
        }
      }
    }
  }

  private boolean lastOfHidden(PathNode node) {
    synchronized (m.registry) {
      node.open--;
      boolean last = node.hidden && node.open == 0;
      node.hidden &= !last;
      return last;
    }
  }

  private void removeHidden(PathNode node, String path) {
    int rc = m.has.unlink ? m.fs.unlink(path) : -Errno.ENOSYS;
    if (rc == 0) {
      m.table.remove(node);
    } else {
      m.failures.error(
          "hidden", () -> path + " is left behind: unlink gave " + Errno.name(rc), null);
    }
  }

  private void release(PathNode node) {
    if (node != null) {
      m.tree.release(node);
    }
  }

  int fsync(Request rq) {
    if (!m.has.fsync) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int dataOnly = rq.u32(FsyncIn.FSYNC_FLAGS) & FuseFlags.FUSE_FSYNC_FDATASYNC;
      return m.errors.of(
          "fsync", m.fs.fsync(c.path, dataOnly, c.file.set(rq.u64(FsyncIn.FH), 0, 0)));
    } finally {
      m.tree.release(node);
    }
  }

  int fallocate(Request rq) {
    if (!m.has.fallocate) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      Change change = m.fresh.begin(c, node, null, null, null);
      try {
        return m.errors.of(
            "fallocate",
            m.fs.fallocate(
                c.path,
                rq.u32(FallocateIn.MODE),
                rq.u64(FallocateIn.OFFSET),
                rq.u64(FallocateIn.LENGTH),
                c.file.set(rq.u64(FallocateIn.FH), 0, 0)));
      } finally {
        m.fresh.end(change, rq, -1);
      }
    } finally {
      m.tree.release(node);
    }
  }

  int statfs(Request rq, Reply rp) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      Statvfs st = c.clearStatvfs();
      if (!m.has.statfs) {
        st.f_namemax.set(255);
        st.f_bsize.set(512);
      } else {
        int rc = m.errors.of("statfs", m.fs.statfs(c.path, st));
        if (rc != 0) {
          return rc;
        }
      }
      rp.statfs(
          st.f_blocks.longValue(),
          st.f_bfree.longValue(),
          st.f_bavail.longValue(),
          st.f_files.longValue(),
          st.f_ffree.longValue(),
          st.f_bsize.intValue(),
          st.f_namemax.intValue(),
          st.f_frsize.intValue());
      return 0;
    } finally {
      m.tree.release(node);
    }
  }
}
