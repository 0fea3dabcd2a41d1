// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.protocol.ReplyStructs.Dirent;
import org.extfuse4j.fuse.protocol.ReplyStructs.Direntplus;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Prefetch;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.ListedNumbers;
import org.extfuse4j.stackfs.source.Scratch;

/** READDIR and READDIRPLUS: what an open directory contains, and what that leads to. */
public final class ReaddirOps {
  // Offsets in struct linux_dirent64 (include/linux/dirent.h).
  private static final int INO = 0;
  private static final int OFF = 8;
  private static final int RECLEN = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;

  private final MountContext m;
  private final DirectoryOps directories;
  private final ListedNumbers numbers;

  public ReaddirOps(MountContext m, DirectoryOps directories) {
    this.m = m;
    this.directories = directories;
    this.numbers = new ListedNumbers(m.source.numbers());
  }

  /** The cache is told of the names too, if the kernel is likely to ask: see {@link Prefetch}. */
  public int readdir(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.cachedGuess.reset();
    int dir = directories.descriptor(s, rq, rq.u64(ReadIn.FH));
    if (dir < 0) {
      return dir;
    }
    numbers.begin(s, dir);
    boolean prefetches =
        m.cache.active() && m.publisher.prefetch.isWanted(rq.u64(ReadIn.OFFSET) == 0);
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
        if (m.cache.active() && !MountContext.isDots(s.dents, at + NAME, length)) {
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
  public int readdirplus(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.cachedGuess.reset();
    int dir = directories.descriptor(s, rq, rq.u64(ReadIn.FH));
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
            MountContext.isDots(s.dents, at + NAME, length) || isCached(s, parent, at, length)
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
      m.publisher.prefetch.passedOver();
    } else if (m.publisher.prefetch.hasRoom() && !isCached(s, parent, at, length)) {
      m.publisher.populate(s, parent, dir, s.dentsAddress + at + NAME, s.dents, at + NAME, length);
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
      StackNode child =
          fd < 0 ? null : m.nodes.intern(s, fd, false, parent, s.dents, at + NAME, length);
      if (child != null && m.publisher.mayPublish(s, parent, dir, s.dents, at + NAME, length)) {
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
      rc = m.publisher.refresh(s, child, child.fd);
    } finally {
      m.locks.unlock(child.nodeid());
    }
    m.fds.release(child);
    if (rc < 0) {
      m.registry.forget(child.nodeid(), 1);
      return false;
    }
    m.publisher.kernelHears(s);
    rp.entryAt(
        record,
        child.nodeid(),
        m.registry.generation(),
        m.publisher.entryNs(s),
        m.validity.attrNs());
    rp.payload().put(record + EntryOut.ATTR, s.attr, 0, Scratch.ATTR_SIZE);
    return true;
  }

  /** The kernel refused an answer of {@link #readdirplus}: it counted none of the nodes in it. */
  public void takeBack(Reply rp) {
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
