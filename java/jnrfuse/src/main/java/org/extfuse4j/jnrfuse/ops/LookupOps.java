// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.AccessIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetattrIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.NameCodec;
import org.extfuse4j.jnrfuse.node.PathNode;
import ru.serce.jnrfuse.struct.FileStat;

/** LOOKUP, GETATTR, READLINK, ACCESS. */
final class LookupOps {
  private static final int PATH_MAX = 4096;

  private final Served m;

  LookupOps(Served m) {
    this.m = m;
  }

  int lookup(Request rq, Reply rp) {
    Call c = m.begin(rq);
    int offset = rq.nameOffset();
    String name = NameCodec.of(rq, offset);
    if (name == null) {
      return -Errno.EILSEQ;
    }
    if (NameCodec.isDot(name) || NameCodec.isDotDot(name)) {
      return lookupNode(c, rq, rp, NameCodec.isDotDot(name));
    }
    PathNode parent = m.tree.useForName(c, rq.nodeid(), name);
    if (parent == null) {
      return c.error;
    }
    try {
      PathNode known = c.child;
      long ofParent = parent.changes;
      long ofChild = Served.changes(known);
      PathNode node = m.lookup(c, parent, name, c.path, null);
      if (node == null) {
        return c.error == -Errno.ENOENT ? absent(c, rq, rp, parent, ofParent) : c.error;
      }
      m.fresh.fillEntry(c, parent, ofParent, rq, offset, node);
      m.replyEntry(c, node, Served.changes(known, ofChild, node), rp);
      return 0;
    } finally {
      m.tree.release(parent);
    }
  }

  // An error cannot be cached by the kernel, nodeid 0 with a validity can.
  private int absent(Call c, Request rq, Reply rp, PathNode parent, long changes) {
    m.fresh.fillEntry(c, parent, changes, rq, rq.nameOffset(), null);
    long valid = m.replies().negativeNs();
    if (valid == 0) {
      return -Errno.ENOENT;
    }
    rp.entry(0, 0, valid, 0);
    ByteBuffer payload = rp.payload();
    for (int i = 0; i < Attr.SIZE; i += Long.BYTES) {
      payload.putLong(rp.entryAttrOffset() + i, 0);
    }
    return 0;
  }

  /** "." and "..", by which a file server reconnects a node: the node itself or its parent. */
  private int lookupNode(Call c, Request rq, Reply rp, boolean parent) {
    PathNode node = m.registry.get(rq.nodeid());
    if (node != null && parent) {
      node = node.parent;
    }
    if (node == null) {
      return -Errno.ESTALE;
    }
    PathNode used = m.tree.use(c, node.nodeid());
    if (used == null) {
      return c.error;
    }
    try {
      long changes = used.changes;
      int rc = m.errors.of("getattr", m.getattr(c.path, c.clearStat()));
      if (rc == 0) {
        m.registry.retain(used);
        m.replyEntry(c, used, changes, rp);
      }
      return rc;
    } finally {
      m.tree.release(used);
    }
  }

  int getattr(Request rq, Reply rp) {
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      long changes = node.changes;
      FileStat stat = c.clearStat();
      boolean open = (rq.u32(GetattrIn.GETATTR_FLAGS) & FuseFlags.FUSE_GETATTR_FH) != 0;
      int rc =
          open
              ? m.fgetattr(c.path, stat, c.file.set(rq.u64(GetattrIn.FH), 0, 0))
              : m.getattr(c.path, stat);
      rc = m.errors.of("getattr", rc);
      if (rc == 0) {
        m.putAttr(c, node, rp, false);
        m.fresh.fillAttr(c, node, changes, rp.payload(), rp.attrOutAttrOffset());
      }
      return rc;
    } finally {
      m.tree.release(node);
    }
  }

  int readlink(Request rq, Reply rp) {
    if (!m.has.readlink) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      Pointer target = c.payload(rp);
      // libfuse offers PATH_MAX + 1 bytes; the kernel takes a page less one.
      target.putByte(PATH_MAX, (byte) 0);
      int rc = m.errors.of("readlink", m.fs.readlink(c.path, target, PATH_MAX + 1));
      if (rc == 0) {
        int length = target.indexOf(0, (byte) 0, PATH_MAX + 1);
        rp.length(Math.min(length < 0 ? PATH_MAX : length, PATH_MAX - 1));
      }
      return rc;
    } finally {
      m.tree.release(node);
    }
  }

  int access(Request rq) {
    if (!m.has.access) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      return m.errors.of("access", m.fs.access(c.path, rq.u32(AccessIn.MASK)));
    } finally {
      m.tree.release(node);
    }
  }
}
