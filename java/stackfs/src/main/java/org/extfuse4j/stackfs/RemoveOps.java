// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.Rename2In;
import org.extfuse4j.fuse.RequestStructs.RenameIn;

/** UNLINK, RMDIR, RENAME and RENAME2: a name goes away or leads elsewhere. */
final class RemoveOps {
  private static final int RENAME_EXCHANGE = 2;
  private static final int RENAME_WHITEOUT = 4;

  /**
   * What a name leads to: an O_PATH descriptor, or a negative errno, and its node if it has one.
   */
  private static final class Target implements AutoCloseable {
    int fd = -Errno.ENOENT;
    StackNode node;

    void resolve(Mounted m, Scratch s, int dir, long name) {
      close();
      fd = LookupOps.openChild(dir, name);
      node = fd < 0 ? null : m.find(s, fd);
    }

    long id() {
      return node == null ? 0 : node.nodeid();
    }

    @Override
    public void close() {
      if (fd >= 0) {
        Libc.close(fd);
        fd = -Errno.ENOENT;
      }
      node = null;
    }
  }

  private final Mounted m;

  RemoveOps(Mounted m) {
    this.m = m;
  }

  int unlink(Request rq) {
    return remove(rq, 0);
  }

  int rmdir(Request rq) {
    return remove(rq, Libc.AT_REMOVEDIR);
  }

  // The node to lock is known only by looking: look, lock, and look again.
  private int remove(Request rq, int flags) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int dir = m.fds.acquire(s, parent);
    if (dir < 0) {
      return dir;
    }
    int name = rq.nameOffset();
    long path = rq.nameAddress(name);
    try (Target victim = new Target()) {
      while (true) {
        victim.resolve(m, s, dir, path);
        long id = victim.id();
        m.locks.lock(parent.nodeid(), id, 0, 0);
        try {
          victim.resolve(m, s, dir, path);
          if (victim.id() != id) {
            continue;
          }
          int rc = Libc.unlinkat(dir, path, flags) < 0 ? -Libc.errno() : 0;
          if (rc == 0 || rc == -Errno.ENOENT) {
            m.putEntry(s, parent, rq, name, null);
          } else {
            m.dropEntry(parent, rq, name);
          }
          m.refresh(s, parent, dir);
          refresh(s, victim);
          return rc;
        } finally {
          m.locks.unlock(parent.nodeid(), id, 0, 0);
        }
      }
    } finally {
      m.fds.release(parent);
    }
  }

  /** The target's links or ctime have changed; its last name may be gone. */
  private void refresh(Scratch s, Target target) {
    StackNode node = target.node;
    if (node == null) {
      return;
    }
    if (m.refresh(s, node, target.fd) == 0 && Attributes.links(s.statx) == 0) {
      // Whoever has it open still asks for it, and a handle may not lead to it any more.
      m.fds.install(node, target.fd);
      m.fds.pin(node);
      m.fds.release(node);
      target.fd = -Errno.ENOENT;
    }
  }

  int rename(Request rq) {
    return rename(rq, rq.u64(RenameIn.NEWDIR), 0);
  }

  int rename2(Request rq) {
    return rename(rq, rq.u64(Rename2In.NEWDIR), rq.u32(Rename2In.FLAGS));
  }

  private int rename(Request rq, long newDir, int flags) {
    StackNode from = m.registry.get(rq.nodeid());
    StackNode to = m.registry.get(newDir);
    if (from == null || to == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int fromFd = m.fds.acquire(s, from);
    if (fromFd < 0) {
      return fromFd;
    }
    int toFd = m.fds.acquire(s, to);
    if (toFd < 0) {
      m.fds.release(from);
      return toFd;
    }
    try {
      return rename(s, rq, from, fromFd, to, toFd, flags);
    } finally {
      m.fds.release(to);
      m.fds.release(from);
    }
  }

  private int rename(
      Scratch s, Request rq, StackNode from, int fromFd, StackNode to, int toFd, int flags) {
    int oldName = rq.nameOffset();
    int newName = rq.secondNameOffset();
    long oldPath = rq.nameAddress(oldName);
    long newPath = rq.nameAddress(newName);
    try (Target moved = new Target();
        Target victim = new Target()) {
      while (true) {
        moved.resolve(m, s, fromFd, oldPath);
        victim.resolve(m, s, toFd, newPath);
        long movedId = moved.id();
        long victimId = victim.id();
        m.locks.lock(from.nodeid(), to.nodeid(), movedId, victimId);
        try {
          moved.resolve(m, s, fromFd, oldPath);
          victim.resolve(m, s, toFd, newPath);
          if (moved.id() != movedId || victim.id() != victimId) {
            continue;
          }
          int rc = Libc.renameat2(fromFd, oldPath, toFd, newPath, flags) < 0 ? -Libc.errno() : 0;
          if (rc == 0) {
            renamed(s, rq, from, to, moved, victim, flags);
          } else {
            m.dropEntry(from, rq, oldName);
            m.dropEntry(to, rq, newName);
          }
          m.refresh(s, from, fromFd);
          if (to != from) {
            m.refresh(s, to, toFd);
          }
          refresh(s, moved);
          refresh(s, victim);
          return rc;
        } finally {
          m.locks.unlock(from.nodeid(), to.nodeid(), movedId, victimId);
        }
      }
    }
  }

  private void renamed(
      Scratch s, Request rq, StackNode from, StackNode to, Target moved, Target victim, int flags) {
    int oldName = rq.nameOffset();
    int newName = rq.secondNameOffset();
    if (moved.node == null || moved.node == victim.node) {
      // Unknown to the kernel; or two names of one file, which rename(2) leaves as they are.
      m.dropEntry(to, rq, newName);
      m.dropEntry(from, rq, oldName);
      return;
    }
    m.putEntry(s, to, rq, newName, moved.node);
    if ((flags & RENAME_EXCHANGE) != 0) {
      if (victim.node == null) {
        m.dropEntry(from, rq, oldName);
      } else {
        m.putEntry(s, from, rq, oldName, victim.node);
      }
    } else if ((flags & RENAME_WHITEOUT) != 0) {
      m.dropEntry(from, rq, oldName);
    } else {
      m.putEntry(s, from, rq, oldName, null);
    }
  }
}
