// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.RequestStructs.SetxattrIn;

/** SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR. */
final class XattrOps {
  private final Served m;

  XattrOps(Served m) {
    this.m = m;
  }

  int setxattr(Request rq) {
    if (!m.has.setxattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    int offset = rq.nameOffset();
    String name = Names.of(rq, offset);
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    Change change = m.fresh.begin(c, node, null, null, null);
    try {
      int size = rq.u32(SetxattrIn.SIZE_FIELD);
      long value = rq.nameAddress(offset) + rq.nameLength(offset) + 1;
      Pointer memory = Pointer.wrap(Runtime.getSystemRuntime(), value, size);
      int flags = rq.u32(SetxattrIn.FLAGS);
      return Errors.of("setxattr", m.fs.setxattr(c.path, name, memory, size, flags));
    } finally {
      m.fresh.end(change, rq, -1);
      m.tree.release(node);
    }
  }

  int removexattr(Request rq) {
    if (!m.has.removexattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = Names.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    Change change = m.fresh.begin(c, node, null, null, null);
    try {
      return Errors.of("removexattr", m.fs.removexattr(c.path, name));
    } finally {
      m.fresh.end(change, rq, -1);
      m.tree.release(node);
    }
  }

  int getxattr(Request rq, Reply rp) {
    if (!m.has.getxattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = Names.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int size = rq.u32(GetxattrIn.SIZE_FIELD);
      Pointer value = size == 0 ? null : c.payload(rp);
      return reply("getxattr", rp, size, m.fs.getxattr(c.path, name, value, size));
    } finally {
      m.tree.release(node);
    }
  }

  int listxattr(Request rq, Reply rp) {
    if (!m.has.listxattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int size = rq.u32(GetxattrIn.SIZE_FIELD);
      Pointer list = size == 0 ? null : c.payload(rp);
      return reply("listxattr", rp, size, m.fs.listxattr(c.path, list, size));
    } finally {
      m.tree.release(node);
    }
  }

  private static int reply(String callback, Reply rp, int size, int rc) {
    int n = Errors.size(callback, rc, size == 0 ? Integer.MAX_VALUE : size);
    if (n < 0) {
      return n;
    }
    if (size == 0) {
      rp.xattrSize(n);
    } else {
      rp.length(n);
    }
    return 0;
  }
}
