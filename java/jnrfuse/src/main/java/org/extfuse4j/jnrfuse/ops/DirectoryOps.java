// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.FillDir;
import org.extfuse4j.jnrfuse.publish.Listings;
import org.extfuse4j.jnrfuse.publish.Listings.Listing;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Open directories. The handle that the kernel keeps is a number of ours. */
final class DirectoryOps {
  private static final String NO_PATH = "-";

  private final Served m;
  private final Listings listings;
  private final Map<Long, FillDir> open = new ConcurrentHashMap<>();
  private final FillDir.Room room = new FillDir.Room(Runtime.getRuntime().maxMemory() / 4);
  private final AtomicLong lastHandle = new AtomicLong();

  DirectoryOps(Served m, Listings listings) {
    this.m = m;
    this.listings = listings;
  }

  int opendir(Request rq, Reply rp) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int stale = m.rights.open(c, rq, node, rq.u32(OpenIn.FLAGS));
      if (stale != 0) {
        return stale;
      }
      FillDir dir = new FillDir(m, node, room);
      if (m.has.opendir) {
        FuseFileInfo fi = c.file.set(0, rq.u32(OpenIn.FLAGS), 0);
        int rc = m.errors.of("opendir", m.fs.opendir(c.path, fi));
        if (rc != 0) {
          // ENOSYS would tell the kernel to open directories without asking.
          return rc == -Errno.ENOSYS ? -Errno.EOPNOTSUPP : rc;
        }
        dir.fh = c.file.fh();
      }
      long handle = lastHandle.incrementAndGet();
      open.put(handle, dir);
      rp.open(handle, listings.opened(node, dir));
      return 0;
    } finally {
      m.tree.release(node);
    }
  }

  int readdir(Request rq, Reply rp) {
    FillDir dir = open.get(rq.u64(ReadIn.FH));
    if (dir == null) {
      return -Errno.EBADF;
    }
    long offset = rq.u64(ReadIn.OFFSET);
    int size = Math.min(rq.u32(ReadIn.SIZE_FIELD), rp.capacity());
    synchronized (dir) {
      if (dir.asks(offset)) {
        int rc = fill(rq, rp, dir, offset, size);
        if (rc != 0) {
          return rc;
        }
      }
      rp.length(dir.copy(offset, size, rp.payload()));
    }
    return 0;
  }

  private int fill(Request rq, Reply rp, FillDir dir, long offset, int size) {
    if (!m.has.readdir) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    int rc = -Errno.EIO;
    long changes = node.changes;
    dir.start(size, dir.caching() ? listings.base() : 0);
    try {
      FuseFileInfo fi = c.file.set(dir.fh, 0, 0);
      rc = m.errors.of("readdir", m.fs.readdir(c.path, c.payload(rp), dir, offset, fi));
      if (rc == 0 && dir.overflowed()) {
        rc = -Errno.ENOMEM;
      }
      return rc;
    } finally {
      dir.stop(rc);
      if (dir.caching()) {
        keep(c, node, dir, changes);
      }
      m.tree.release(node);
    }
  }

  private void keep(Call c, PathNode node, FillDir dir, long changes) {
    Listing listing = dir.listing(changes, c.epoch, m.fresh.listingUntil(c));
    if (listing != null && m.fresh.isValid(node, listing)) {
      listings.publish(node.nodeid(), listing);
    } else {
      listings.drop(node.nodeid());
    }
  }

  int releasedir(Request rq) {
    close(rq, rq.u64(ReleaseIn.FH), rq.u32(ReleaseIn.FLAGS));
    return 0;
  }

  /** Closes a directory, also one whose opening the kernel did not hear of. */
  void close(Request rq, long handle, int flags) {
    FillDir dir = open.remove(handle);
    if (dir == null) {
      return;
    }
    dir.close();
    if (dir.caching()) {
      listings.closed(dir.node.nodeid());
    }
    if (!m.has.releasedir) {
      return;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    try {
      String path = node == null ? NO_PATH : c.path;
      m.errors.of("releasedir", m.fs.releasedir(path, c.file.set(dir.fh, flags, 0)));
    } finally {
      if (node != null) {
        m.tree.release(node);
      }
    }
  }

  /** After the last request: closes what the kernel had open. */
  void closeAll() {
    Request nobody = Request.allocate(InHeader.SIZE);
    for (long handle : List.copyOf(open.keySet())) {
      try {
        FillDir dir = open.get(handle);
        nobody.buffer().putLong(InHeader.NODEID, dir == null ? 0 : dir.node.nodeid());
        close(nobody, handle, 0);
      } catch (RuntimeException | Error e) {
        m.failures.error(FailureLog.kind("releasedir", e), () -> "releasedir threw at the end", e);
      }
    }
  }

  int fsyncdir(Request rq) {
    if (!m.has.fsyncdir) {
      return -Errno.ENOSYS;
    }
    FillDir dir = open.get(rq.u64(FsyncIn.FH));
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      FuseFileInfo fi = c.file.set(dir == null ? 0 : dir.fh, 0, 0);
      return m.errors.of("fsyncdir", m.fs.fsyncdir(c.path, fi));
    } finally {
      m.tree.release(node);
    }
  }

  /** The file system's handle of an open directory. */
  long handle(long handle, int ioctlFlags) {
    if ((ioctlFlags & FuseFlags.FUSE_IOCTL_DIR) == 0) {
      return handle;
    }
    FillDir dir = open.get(handle);
    return dir == null ? 0 : dir.fh;
  }
}
