// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.Forgotten;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * LOOKUP of "." and "..", by which the kernel asks for what it has let go (FUSE_EXPORT_SUPPORT,
 * fuse_get_dentry() and fuse_get_parent() of fs/fuse/inode.c): who opens a file by a handle of the
 * mount, an NFS server above all, has a nodeid and nothing else.
 *
 * <p>Over a source with file handles that is answered for what the kernel holds, for what is
 * cached, and for the {@value Forgotten#LIMIT} nodes that were forgotten last; anything else is
 * ESTALE, and so is every handle of an earlier mount. Without file handles only for the first two.
 */
final class ExportOps {
  private static final int O_DIR = Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC;

  private final MountContext m;

  ExportOps(MountContext m) {
    this.m = m;
  }

  /** The node of the request itself. */
  int self(Request rq, Reply rp) {
    Scratch s = m.begin();
    return reply(s, m.nodes.retainAgain(s, rq.nodeid()), rp);
  }

  // With a node that was retained, or null.
  private int reply(Scratch s, StackNode node, Reply rp) {
    if (node == null) {
      return -Errno.ESTALE;
    }
    int fd = m.fds.acquire(s, node);
    if (fd < 0) {
      m.registry.forget(node.nodeid(), 1);
      return fd;
    }
    return m.replyEntry(s, node, rp);
  }

  /** The directory that the directory of the request is in. */
  int parent(Request rq, Reply rp) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null || node.nodeid() == NodeRegistry.ROOT_ID) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    if (!m.source.hasHandles()) {
      return reply(s, m.nodes.retainParent(node), rp);
    }
    int fd = m.fds.acquire(s, node);
    if (fd < 0) {
      return fd;
    }
    StackNode parent = null;
    int rc;
    m.locks.lock(node.nodeid());
    try {
      int up = up(fd, s);
      rc = up < 0 ? up : inside(s, up);
      if (rc == 0) {
        parent = m.nodes.intern(s, up, false, node, rq, rq.nameOffset());
        rc = s.error;
      } else if (up >= 0) {
        Syscalls.close(up);
      }
    } finally {
      m.locks.unlock(node.nodeid());
      m.fds.release(node);
    }
    return parent == null ? rc : m.replyEntry(s, parent, rp);
  }

  private static int up(int directory, Scratch s) {
    return Syscalls.openat(directory, s.dotDotPath, O_DIR, 0);
  }

  /**
   * Whether a directory is below the source's root: one that was moved out of it behind the mount's
   * back leads to directories that are nobody's here.
   *
   * @return 0, -ESTALE, or what failed
   */
  private int inside(Scratch s, int directory) {
    StackNode root = m.registry.find(NodeRegistry.ROOT_ID);
    int at = directory;
    try {
      while (true) {
        int rc = Attributes.statx(s, at);
        if (rc < 0) {
          return rc;
        }
        long inode = Attributes.inode(s.statx);
        long device = Attributes.device(s.statx);
        rc = m.nodes.resolver.identify(s, at);
        if (rc < 0 || root.isKeyed(s.key)) {
          return rc;
        }
        int next = up(at, s);
        if (next < 0) {
          return next;
        }
        if (at != directory) {
          Syscalls.close(at);
        }
        at = next;
        rc = Attributes.statx(s, at);
        if (rc < 0) {
          return rc;
        }
        if (Attributes.inode(s.statx) == inode && Attributes.device(s.statx) == device) {
          return -Errno.ESTALE; // the root of all
        }
      }
    } finally {
      if (at != directory) {
        Syscalls.close(at);
      }
    }
  }
}
