// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.NameCodec;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;

/** SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR. */
final class XattrOps {
  private static final String SYSTEM = "system.";
  private static final String ACL = "system.posix_acl_";
  private static final byte[] TRUSTED = "trusted.".getBytes(US_ASCII);

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
    String name = NameCodec.of(rq, offset);
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int rc = mayChange(c, rq, node, name);
      return rc != 0 ? rc : setxattr(c, rq, node, name);
    } finally {
      m.tree.release(node);
    }
  }

  private int setxattr(Call c, Request rq, PathNode node, String name) {
    Change change = m.fresh.begin(c, node, null, null, null);
    try {
      int offset = rq.nameOffset();
      int size = rq.u32(SetxattrIn.SIZE_FIELD);
      long value = rq.nameAddress(offset) + rq.nameLength(offset) + 1;
      Pointer memory = Pointer.wrap(Runtime.getSystemRuntime(), value, size);
      int flags = rq.u32(SetxattrIn.FLAGS);
      return m.errors.of("setxattr", m.fs.setxattr(c.path, name, memory, size, flags));
    } finally {
      m.fresh.end(change, rq, -1);
    }
  }

  /**
   * Of "system." the kernel checks ACLs only, whose owner it has to believe in, and lets anybody
   * change the rest of any file: that is left to file systems, which do not expect it where the
   * kernel checks permissions.
   */
  private int mayChange(Call c, Request rq, PathNode node, String name) {
    if (!m.rights.checkedByKernel(rq)) {
      return 0;
    }
    if (name.startsWith(ACL)) {
      return m.rights.owned(c, rq, node);
    }
    return name.startsWith(SYSTEM) ? -Errno.EOPNOTSUPP : m.rights.written(c, rq, node);
  }

  int removexattr(Request rq) {
    if (!m.has.removexattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode node = m.tree.use(c, rq.nodeid());
    if (node == null) {
      return c.error;
    }
    try {
      int rc = mayChange(c, rq, node, name);
      return rc != 0 ? rc : removexattr(c, rq, node, name);
    } finally {
      m.tree.release(node);
    }
  }

  private int removexattr(Call c, Request rq, PathNode node, String name) {
    Change change = m.fresh.begin(c, node, null, null, null);
    try {
      return m.errors.of("removexattr", m.fs.removexattr(c.path, name));
    } finally {
      m.fresh.end(change, rq, -1);
    }
  }

  int getxattr(Request rq, Reply rp) {
    if (!m.has.getxattr) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
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
      int n = m.fs.listxattr(c.path, list, size);
      if (n > 0 && n <= size && m.rights.checkedByKernel(rq)) {
        n = withoutTrusted(list, n);
      }
      return reply("listxattr", rp, size, n);
    } finally {
      m.tree.release(node);
    }
  }

  /**
   * Leaves out names that only an administrator sees, whose values the kernel keeps from others;
   * the size that is left. A size that was asked for may be larger, which is allowed.
   */
  private static int withoutTrusted(Pointer list, int size) {
    byte[] names = new byte[size];
    list.get(0, names, 0, size);
    int kept = 0;
    int start = 0;
    for (int i = 0; i < size; i++) {
      if (names[i] == 0) {
        int end = i + 1;
        if (!isTrusted(names, start, end)) {
          System.arraycopy(names, start, names, kept, end - start);
          kept += end - start;
        }
        start = end;
      }
    }
    list.put(0, names, 0, kept);
    return kept;
  }

  private static boolean isTrusted(byte[] names, int start, int end) {
    int prefix = start + TRUSTED.length;
    return prefix <= end && Arrays.equals(names, start, prefix, TRUSTED, 0, TRUSTED.length);
  }

  private int reply(String callback, Reply rp, int size, int rc) {
    int n = m.errors.size(callback, rc, size == 0 ? Integer.MAX_VALUE : size);
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
