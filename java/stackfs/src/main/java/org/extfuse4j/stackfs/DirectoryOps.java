// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.KernelHandle;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseFlags;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.ReplyStructs.Attr;
import org.extfuse4j.fuse.ReplyStructs.Dirent;
import org.extfuse4j.fuse.ReplyStructs.Direntplus;
import org.extfuse4j.fuse.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.RequestStructs.ReadIn;
import org.extfuse4j.fuse.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.Syscalls;
import org.extfuse4j.stackfs.Mounted.NodeOp;

/**
 * Open directories. Offsets are those of the source's getdents64(2), so they are as stable as its
 * own, and nothing is kept between requests.
 */
final class DirectoryOps {
  // The handle that the kernel gets is the descriptor, and whether its end is waited for, by
  // Listings
  // or BelievedNames.
  private static final long LISTING = 1L << 32;

  // Offsets in struct linux_dirent64 (include/linux/dirent.h).
  private static final int INO = 0;
  private static final int OFF = 8;
  private static final int RECLEN = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;

  private final Mounted m;
  private final ListedNumbers numbers;
  private final NodeOp opendir = this::opendir;

  DirectoryOps(Mounted m) {
    this.m = m;
    this.numbers = new ListedNumbers(m.numbers);
  }

  int opendir(Request rq, Reply rp) {
    return m.onNode(rq, rp, opendir);
  }

  private int opendir(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int dir = open(s, fd, rq);
    if (dir < 0) {
      return dir;
    }
    int flags = m.cache.active() ? m.listings.opened(node, s.epoch) : believedNames(s, node, dir);
    if ((flags & FuseFlags.FOPEN_CACHE_DIR) == 0) {
      rp.open(dir, flags);
      return 0;
    }
    if (m.cache.active()) {
      m.locks.lock(node.nodeid());
      try {
        m.refresh(s, node, fd); // so that the kernel can open it by itself the next time
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
    return m.names.opened(
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

  int releasedir(Request rq) {
    long handle = rq.u64(ReleaseIn.FH);
    StackNode node = m.registry.find(rq.nodeid()); // the kernel may have forgotten it since
    if (KernelHandle.is(handle)) {
      if (node != null) {
        synchronized (m.registry) {
          if (!node.dead) {
            m.listings.closedByKernel(node, KernelHandle.epoch(handle));
            m.held.closed(node);
          }
        }
      }
      return 0;
    }
    if (node != null && (handle & LISTING) != 0) {
      if (m.cache.active()) {
        m.listings.closed(node);
      } else {
        m.names.closed(node.nodeid());
      }
    }
    m.opens.close((int) handle);
    return 0;
  }

  /** The kernel did not hear that a directory was opened, and has dropped none of its names. */
  void takeBackOpen(Request rq, Reply rp) {
    long handle = rp.payload().getLong(OpenOut.FH);
    StackNode node = m.registry.find(rq.nodeid());
    if (node != null && (handle & LISTING) != 0) {
      if (m.cache.active()) {
        m.locks.lock(node.nodeid());
        try {
          m.listings.changed(node);
          m.cache.dropAttr(node);
        } finally {
          m.locks.unlock(node.nodeid());
        }
        m.listings.closed(node);
      } else {
        m.names.drop(node.nodeid());
      }
    }
    m.opens.close((int) handle);
  }

  int fsyncdir(Request rq) {
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
    int dir = m.listings.dir(node);
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
        dir = m.held.take(node, s.caller);
      }
    } finally {
      m.fds.release(node);
    }
    return dir < 0 ? dir : m.listings.useDir(node, dir, KernelHandle.epoch(handle));
  }

  /** The cache is told of the names too, if the kernel is likely to ask: see {@link Prefetch}. */
  int readdir(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.cachedGuess.reset();
    int dir = descriptor(s, rq, rq.u64(ReadIn.FH));
    if (dir < 0) {
      return dir;
    }
    numbers.begin(s, dir);
    boolean prefetches = m.cache.active() && m.prefetch.isWanted(rq.u64(ReadIn.OFFSET) == 0);
    long n = load(s, rq, dir);
    while (n > 0) {
      for (int at = 0; at < n; at += reclen(s, at)) {
        int length = nameLength(s.dents, at);
        if (!rp.dirent(
            number(s, dir, at),
            s.dents.getLong(at + OFF),
            s.dents.get(at + TYPE),
            s.dentsAddress + at + NAME,
            length)) {
          return 0;
        }
        if (m.cache.active() && !Mounted.isDots(s.dents, at + NAME, length)) {
          prefetch(s, parent, dir, at, length, prefetches);
        }
      }
      n = getdents(s, rq, dir, rp);
    }
    // What has been filled is an answer; the next request meets the error again.
    return rp.length() > 0 ? 0 : (int) n;
  }

  /**
   * As readdir, and each name is looked up as LOOKUP would, with the same counting; unless the
   * kernel is likely to have it in the cache: then it is told the name alone, and looks it up if
   * somebody asks.
   */
  int readdirplus(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.cachedGuess.reset();
    int dir = descriptor(s, rq, rq.u64(ReadIn.FH));
    if (dir < 0) {
      return dir;
    }
    numbers.begin(s, dir);
    long n = load(s, rq, dir);
    while (n > 0) {
      for (int at = 0; at < n; at += reclen(s, at)) {
        int length = nameLength(s.dents, at);
        int record =
            rp.direntplus(
                s.dents.getLong(at + INO),
                s.dents.getLong(at + OFF),
                s.dents.get(at + TYPE),
                s.dentsAddress + at + NAME,
                length);
        if (record < 0) {
          return 0;
        }
        StackNode child =
            Mounted.isDots(s.dents, at + NAME, length) || isCached(s, parent, at, length)
                ? null
                : look(s, parent, dir, at, length);
        long number;
        if (child != null && putEntry(s, child, rp, record)) {
          number = s.attr.getLong(Attr.INO);
        } else {
          for (int i = 0; i < EntryOut.SIZE; i += Long.BYTES) {
            rp.payload().putLong(record + i, 0); // nodeid 0: a name without its attributes
          }
          number = number(s, dir, at);
        }
        rp.payload().putLong(record + Direntplus.DIRENT + Dirent.INO, number);
      }
      n = getdents(s, rq, dir, rp);
    }
    return rp.length() > 0 ? 0 : (int) n;
  }

  private long number(Scratch s, int dir, int at) {
    return numbers.of(
        s, dir, s.dentsAddress + at + NAME, s.dents.get(at + TYPE), s.dents.getLong(at + INO));
  }

  private void prefetch(Scratch s, StackNode parent, int dir, int at, int length, boolean wanted) {
    if (!wanted) {
      m.prefetch.passedOver();
    } else if (m.prefetch.hasRoom() && !isCached(s, parent, at, length)) {
      m.tell(s, parent, dir, s.dentsAddress + at + NAME, s.dents, at + NAME, length);
    }
  }

  // A guess, so `shown` is read without the node's lock: see readdirplus for what it costs to be
  // wrong. It is false for what was written through the mount, until somebody looks.
  private boolean isCached(Scratch s, StackNode parent, int at, int length) {
    if (!m.cache.active()) {
      return false;
    }
    if (s.cachedGuess.isSure()) {
      return true;
    }
    if (!s.cachedGuess.shouldTry()) {
      return false;
    }
    long nodeid = m.cache.findEntry(parent.nodeid(), s.dents, at + NAME, length);
    StackNode child = nodeid > 0 ? m.registry.findCached(nodeid) : null;
    boolean cached = child != null && child.shown;
    s.cachedGuess.was(cached);
    return cached;
  }

  private StackNode look(Scratch s, StackNode parent, int dir, int at, int length) {
    m.locks.lock(parent.nodeid());
    try {
      int fd = LookupOps.openChild(dir, s.dentsAddress + at + NAME);
      StackNode child = fd < 0 ? null : m.adopt(s, fd, false, parent, s.dents, at + NAME, length);
      if (child != null && m.believes(s, parent, dir, s.dents, at + NAME, length)) {
        m.cache.fillEntry(parent.nodeid(), s.dents, at + NAME, length, child.nodeid(), s.epoch);
      }
      return child;
    } finally {
      m.locks.unlock(parent.nodeid());
    }
  }

  private boolean putEntry(Scratch s, StackNode child, Reply rp, int record) {
    int rc;
    m.locks.lock(child.nodeid());
    try {
      rc = m.refresh(s, child, child.fd);
    } finally {
      m.locks.unlock(child.nodeid());
    }
    m.fds.release(child);
    if (rc < 0) {
      m.registry.forget(child.nodeid(), 1);
      return false;
    }
    m.tellsKernel(s);
    rp.entryAt(record, child.nodeid(), 0, m.entryNs(s), m.validity.attrNs());
    rp.payload().put(record + EntryOut.ATTR, s.attr, 0, Scratch.ATTR_SIZE);
    return true;
  }

  /** The kernel refused an answer of {@link #readdirplus}: it counted none of the nodes in it. */
  void takeBack(Reply rp) {
    ByteBuffer payload = rp.payload();
    int at = 0;
    while (at < rp.length()) {
      long nodeid = payload.getLong(at + EntryOut.NODEID);
      if (nodeid != 0) {
        m.registry.forget(nodeid, 1);
      }
      int name = payload.getInt(at + Direntplus.DIRENT + Dirent.NAMELEN);
      at += (Direntplus.SIZE + name + 7) & ~7;
    }
  }

  private static long load(Scratch s, Request rq, int dir) {
    long at = Syscalls.lseek(dir, rq.u64(ReadIn.OFFSET), Libc.SEEK_SET);
    if (at < 0) {
      return at;
    }
    return fill(s, rq, dir);
  }

  // More, if the last record leaves room for another name.
  private static long getdents(Scratch s, Request rq, int dir, Reply rp) {
    return rq.u32(ReadIn.SIZE_FIELD) - rp.length() < 512 ? 0 : fill(s, rq, dir);
  }

  private static long fill(Scratch s, Request rq, int dir) {
    int size = Math.max(512, Math.min(rq.u32(ReadIn.SIZE_FIELD), Scratch.DENTS_SIZE));
    return Syscalls.getdents64(dir, s.dentsAddress, size);
  }

  private static int reclen(Scratch s, int at) {
    return Short.toUnsignedInt(s.dents.getShort(at + RECLEN));
  }

  private static int nameLength(ByteBuffer dents, int at) {
    int length = 0;
    while (dents.get(at + NAME + length) != 0) {
      length++;
    }
    return length;
  }
}
