// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.Statx;
import org.extfuse4j.fuse.protocol.ReplyStructs.StatxOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.MountContext.NodeOp;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/** LOOKUP, GETATTR, STATX and READLINK. */
public final class LookupOps {
  private final MountContext m;
  private final NodeOp getattr = this::getattr;
  private final NodeOp statx = this::statx;
  private final NodeOp readlink = LookupOps::readlink;
  private final ExportOps exports;

  public LookupOps(MountContext m) {
    this.m = m;
    this.exports = new ExportOps(m);
  }

  public int lookup(Request rq, Reply rp) {
    int name = rq.nameOffset();
    if (MountContext.isDots(rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name))) {
      return rq.nameLength(name) == 1 ? exports.self(rq, rp) : exports.parent(rq, rp);
    }
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int dir = m.fds.acquire(s, parent);
    if (dir < 0) {
      return dir;
    }
    StackNode child = null;
    int rc = 0;
    m.locks.lock(parent.nodeid());
    try {
      child = m.nodes.internOpen(s, dir, rq.nameAddress(name));
      rc = s.error;
      if (child == null && rc == 0) {
        int fd = openChild(dir, rq.nameAddress(name));
        child = fd < 0 ? null : m.nodes.intern(s, fd, false, parent, rq, name);
        rc = fd < 0 ? fd : s.error;
      }
      if (child != null || rc == -Errno.ENOENT) {
        m.publisher.fillEntry(s, parent, rq, name, child);
      }
    } finally {
      m.locks.unlock(parent.nodeid());
      m.fds.release(parent);
    }
    if (child != null) {
      m.publisher.prefetch.asked();
      return m.replyEntry(s, child, rp);
    }
    return rc == -Errno.ENOENT ? replyNegative(s, rp) : rc;
  }

  // An error cannot be cached by the kernel, nodeid 0 with a validity can.
  private int replyNegative(Scratch s, Reply rp) {
    if (m.publisher.negativeNs(s) == 0) {
      return -Errno.ENOENT;
    }
    rp.entry(0, 0, m.publisher.negativeNs(s), 0);
    ByteBuffer payload = rp.payload();
    for (int i = 0; i < Scratch.ATTR_SIZE; i += Long.BYTES) {
      payload.putLong(rp.entryAttrOffset() + i, 0);
    }
    return 0;
  }

  /** Opens a name with O_PATH, never through a symbolic link; a descriptor or negative errno. */
  public static int openChild(int dir, long name) {
    return Syscalls.openat(dir, name, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
  }

  public int getattr(Request rq, Reply rp) {
    return m.onLockedNode(rq, rp, getattr);
  }

  private int getattr(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int rc = m.publisher.refresh(s, node, fd);
    if (rc == 0) {
      putAttr(s, rp);
    }
    return rc;
  }

  /** What GETATTR tells, and the time of birth. */
  public int statx(Request rq, Reply rp) {
    return m.onLockedNode(rq, rp, statx);
  }

  private int statx(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int rc = m.publisher.refresh(s, node, fd);
    if (rc == 0) {
      m.publisher.kernelHears(s);
      // struct fuse_statx is laid out as struct statx is.
      rp.statx(m.validity.attrNs());
      rp.payload().put(StatxOut.STAT, s.statx, 0, Statx.SIZE);
    }
    return rc;
  }

  void putAttr(Scratch s, Reply rp) {
    m.publisher.kernelHears(s);
    rp.attr(m.validity.attrNs());
    rp.payload().put(rp.attrOutAttrOffset(), s.attr, 0, Scratch.ATTR_SIZE);
  }

  public int readlink(Request rq, Reply rp) {
    return m.onNode(rq, rp, readlink);
  }

  private static int readlink(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    // The kernel asks for a page less one byte.
    long n = Syscalls.readlinkat(fd, s.emptyPath, rp.payloadAddress(), 4095);
    if (n < 0) {
      return (int) n;
    }
    rp.length((int) n);
    return 0;
  }
}
