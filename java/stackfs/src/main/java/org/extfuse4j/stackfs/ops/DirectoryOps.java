// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.cache.node.KernelHandle;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.MountContext.NodeOp;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * Open directories. Offsets are those of the source's getdents64(2), so they are as stable as its
 * own, and nothing is kept between requests.
 */
public final class DirectoryOps {
  // The handle that the kernel gets is the descriptor, and whether its end is waited for, by
  // Listings or ListingValidity.
  private static final long LISTING = 1L << 32;

  private final MountContext m;
  private final NodeOp opendir = this::opendir;

  public DirectoryOps(MountContext m) {
    this.m = m;
  }

  public int opendir(Request rq, Reply rp) {
    return m.onNode(rq, rp, opendir);
  }

  private int opendir(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int dir = open(s, fd, rq);
    if (dir < 0) {
      return dir;
    }
    int flags =
        m.cache.active() ? m.publisher.listings.opened(node, s.epoch) : believedNames(s, node, dir);
    if ((flags & FuseFlags.FOPEN_CACHE_DIR) == 0) {
      rp.open(dir, flags);
      return 0;
    }
    if (m.cache.active()) {
      m.locks.lock(node.nodeid());
      try {
        m.publisher.refresh(s, node, fd); // so that the kernel can open it by itself the next time
      } finally {
        m.locks.unlock(node.nodeid());
      }
    }
    rp.open(dir | LISTING, flags);
    return 0;
  }

  private int believedNames(Scratch s, StackNode node, int dir) {
    long validNs = Math.min(m.validity.entryNs(), m.validity.negativeNs());
    // Who begins anew with an open stream is told of changes by the directory's attributes.
    if (validNs == 0 || m.validity.attrNs() > validNs || Attributes.statx(s, dir) < 0) {
      return 0;
    }
    return m.publisher.names.opened(
        node.nodeid(),
        Attributes.ctime(s.statx),
        m.forgets.get(),
        Attributes.realNs(),
        System.nanoTime(),
        validNs);
  }

  // By "." it takes less than half as long as through /proc, but that takes leave to search, which
  // who may read it need not have.
  private int open(Scratch s, int fd, Request rq) {
    int rc = m.opens.admit(rq.uid());
    if (rc < 0) {
      return rc;
    }
    int dir = -Errno.EIO;
    try {
      dir = openAsCaller(s, fd, rq);
    } finally {
      m.opens.opened(rq.uid(), dir);
    }
    return dir;
  }

  private static int openAsCaller(Scratch s, int fd, Request rq) {
    int flags = Libc.O_DIRECTORY | Libc.O_CLOEXEC;
    Caller caller = s.caller.become(rq).on(fd);
    try {
      int dir = Syscalls.openat(fd, s.dotPath, flags, 0);
      if (dir == -Errno.EACCES) {
        do {
          dir = Syscalls.open(s.procPath(fd), flags);
        } while (caller.again(dir));
      }
      return dir;
    } finally {
      caller.restore();
    }
  }

  public int releasedir(Request rq) {
    long handle = rq.u64(ReleaseIn.FH);
    StackNode node = m.registry.find(rq.nodeid()); // the kernel may have forgotten it since
    if (KernelHandle.is(handle)) {
      if (node != null) {
        synchronized (m.registry) {
          if (!node.dead) {
            m.publisher.listings.closedByKernel(node, KernelHandle.epoch(handle));
            m.publisher.held.closed(node);
          }
        }
      }
      return 0;
    }
    if (node != null && (handle & LISTING) != 0) {
      if (m.cache.active()) {
        m.publisher.listings.closed(node);
      } else {
        m.publisher.names.closed(node.nodeid());
      }
    }
    m.opens.close((int) handle);
    return 0;
  }

  /** The kernel did not hear that a directory was opened, and has dropped none of its names. */
  public void takeBackOpen(Request rq, Reply rp) {
    long handle = rp.payload().getLong(OpenOut.FH);
    StackNode node = m.registry.find(rq.nodeid());
    if (node != null && (handle & LISTING) != 0) {
      if (m.cache.active()) {
        m.locks.lock(node.nodeid());
        try {
          m.publisher.listings.changed(node);
          m.cache.dropAttr(node);
        } finally {
          m.locks.unlock(node.nodeid());
        }
        m.publisher.listings.closed(node);
      } else {
        m.publisher.names.drop(node.nodeid());
      }
    }
    m.opens.close((int) handle);
  }

  public int fsyncdir(Request rq) {
    int dir = descriptor(m.begin(), rq, rq.u64(FsyncIn.FH));
    if (dir < 0) {
      return dir;
    }
    return Syscalls.fsync(dir);
  }

  /**
   * The descriptor behind the handle of a file or directory. One that the kernel has opened by
   * itself is opened now, unless it was before.
   *
   * @return a descriptor, which stays the handle's, or a negative errno
   */
  int descriptor(Scratch s, Request rq, long handle) {
    if (!KernelHandle.is(handle)) {
      return (int) handle;
    }
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    int dir = m.publisher.listings.dir(node);
    if (dir >= 0) {
      return dir;
    }
    int fd = m.fds.acquire(s, node);
    if (fd < 0) {
      return fd;
    }
    try {
      dir = open(s, fd, rq);
      if (dir == -Errno.EACCES) {
        dir = m.publisher.held.take(node, s.caller);
      }
    } finally {
      m.fds.release(node);
    }
    return dir < 0 ? dir : m.publisher.listings.useDir(node, dir, KernelHandle.epoch(handle));
  }
}
