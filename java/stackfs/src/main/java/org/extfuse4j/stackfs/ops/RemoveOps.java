// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.Rename2In;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/** UNLINK, RMDIR, RENAME and RENAME2: a name goes away or leads elsewhere. */
public final class RemoveOps {
  private static final int RENAME_EXCHANGE = 2;
  private static final int RENAME_WHITEOUT = 4;

  /** How often what has a name may change behind the mount while its node is locked. */
  private static final int TRIES = 1000;

  private final MountContext m;

  public RemoveOps(MountContext m) {
    this.m = m;
  }

  /** The node that a name leads to, if it has one, and then an O_PATH descriptor of it. */
  private final class Target implements AutoCloseable {
    private static final int NONE = -1;

    private final StackNode directory;
    private final Request rq;
    private final int name;
    int fd = NONE;
    StackNode node;
    private boolean exists;
    private boolean acquired;

    /** Of a name of a request. */
    Target(StackNode directory, Request rq, int name) {
      this.directory = directory;
      this.rq = rq;
      this.name = name;
    }

    /**
     * Finds the node, if possible without opening anything.
     *
     * @return 0, also if nothing has the name; a negative errno if it cannot be known what has, and
     *     then neither can it be removed: the cache would go on showing it
     */
    int find(Scratch s, int dir, long name) {
      close();
      int rc = m.nodes.resolver.identify(s, dir, name);
      if (rc == -Errno.EOPNOTSUPP) {
        return open(s, dir, name);
      }
      if (rc == 0) {
        node = m.nodes.find(s, directory, rq, this.name);
      }
      exists = rc == 0;
      return known(rc);
    }

    /**
     * Finds the node again; with its lock and that of its directory. The same answer. What has the
     * name is open then, also if it has no node: whose it is decides what its caller may do.
     */
    int resolve(Scratch s, int dir, long name) {
      int rc = find(s, dir, name);
      if (!exists || fd >= 0) {
        return rc;
      }
      if (node != null && m.fds.acquireOpen(node)) {
        fd = node.fd;
        acquired = true;
        return 0;
      }
      return open(s, dir, name);
    }

    private int open(Scratch s, int dir, long name) {
      node = null;
      fd = LookupOps.openChild(dir, name);
      int rc = fd < 0 ? fd : m.nodes.resolver.identify(s, fd);
      exists = fd >= 0;
      if (rc == 0) {
        node = m.nodes.find(s, directory, rq, this.name);
      }
      return known(rc);
    }

    private static int known(int rc) {
      return rc == -Errno.ENOENT ? 0 : rc;
    }

    long id() {
      return node == null ? 0 : node.nodeid();
    }

    /** Gives the descriptor to the node and acquires the node's. */
    private void acquire() {
      if (!acquired) {
        fd = m.fds.install(node, fd);
        acquired = true;
      }
    }

    /** The name leads to it now. */
    void named(StackNode parent, Request rq, int name) {
      if (node != null) {
        acquire();
        m.nodes.named(node, parent, rq, name);
      }
    }

    /** The name does not lead to it any more. */
    void unnamed(StackNode parent, Request rq, int name) {
      if (node != null) {
        acquire();
        m.nodes.unnamed(node, parent, rq, name);
      }
    }

    /**
     * Its links or ctime have changed, and its last name may be gone.
     *
     * @param removed whether a name of it is gone; directories have but one, and not every file
     *     system then says that they have no link
     */
    void refresh(Scratch s, boolean removed) {
      if (node == null) {
        return;
      }
      int rc = m.publisher.refresh(s, node, fd);
      boolean gone =
          rc == 0
              ? Attributes.links(s.statx) == 0 || (removed && Attributes.isDirectory(s.statx))
              : rc == -Errno.ENOENT || rc == -Errno.ESTALE;
      if (gone) {
        // Whoever has it open still asks for it, and a handle may not lead to it any more.
        acquire();
        m.nodes.unlinked(node);
      }
    }

    @Override
    public void close() {
      if (acquired) {
        m.fds.release(node);
        acquired = false;
      } else if (fd >= 0) {
        Syscalls.close(fd);
      }
      fd = NONE;
      node = null;
    }
  }

  public int unlink(Request rq) {
    return remove(rq, 0);
  }

  public int rmdir(Request rq) {
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
    m.source.awaitThaw(s, dir, true);
    try (Target victim = new Target(parent, rq, name)) {
      for (int i = 0; i < TRIES; i++) {
        int rc = victim.find(s, dir, path);
        if (rc < 0) {
          return rc;
        }
        long id = victim.id();
        m.locks.lock(parent.nodeid(), id, 0, 0);
        try {
          rc = victim.resolve(s, dir, path);
          if (rc < 0) {
            return rc;
          }
          if (victim.id() != id) {
            continue;
          }
          rc = unlinkat(dir, path, flags, parent, victim, rq);
          if (rc == 0 || rc == -Errno.ENOENT) {
            m.publisher.putEntry(s, parent, rq, name, null);
          } else {
            m.publisher.dropEntry(parent, rq, name);
          }
          m.publisher.refreshNames(s, parent, dir);
          victim.refresh(s, rc == 0);
          return rc;
        } finally {
          m.publisher.listings.changed(parent);
          m.locks.unlock(parent.nodeid(), id, 0, 0);
        }
      }
      return -Errno.ESTALE;
    } finally {
      m.fds.release(parent);
    }
  }

  private int unlinkat(int dir, long path, int flags, StackNode parent, Target victim, Request rq) {
    long change = m.nodes.resolver.beginChange();
    try {
      int rc = unlinkAsCaller(dir, path, flags, victim.fd, rq);
      if (rc < 0) {
        return rc;
      }
      victim.unnamed(parent, rq, rq.nameOffset());
      return 0;
    } finally {
      m.nodes.resolver.endChange(change);
    }
  }

  private static int unlinkAsCaller(int dir, long path, int flags, int victim, Request rq) {
    Caller caller = Scratch.get().caller.become(rq).in(dir).about(victim);
    try {
      int rc;
      do {
        rc = Syscalls.unlinkat(dir, path, flags);
      } while (caller.again(rc));
      return rc;
    } finally {
      caller.restore();
    }
  }

  public int rename(Request rq) {
    return rename(rq, rq.u64(RenameIn.NEWDIR), 0);
  }

  public int rename2(Request rq) {
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
    m.source.awaitThaw(s, fromFd, true);
    try (Target moved = new Target(from, rq, oldName);
        Target victim = new Target(to, rq, newName)) {
      for (int i = 0; i < TRIES; i++) {
        int rc = moved.find(s, fromFd, oldPath);
        rc = rc < 0 ? rc : victim.find(s, toFd, newPath);
        if (rc < 0) {
          return rc;
        }
        long movedId = moved.id();
        long victimId = victim.id();
        m.locks.lock(from.nodeid(), to.nodeid(), movedId, victimId);
        try {
          rc = moved.resolve(s, fromFd, oldPath);
          rc = rc < 0 ? rc : victim.resolve(s, toFd, newPath);
          if (rc < 0) {
            return rc;
          }
          if (moved.id() != movedId || victim.id() != victimId) {
            continue;
          }
          rc = renameat2(rq, from, fromFd, to, toFd, moved, victim, flags);
          if (rc == 0) {
            putEntries(s, rq, from, to, moved, victim, flags);
          } else {
            m.publisher.dropEntry(from, rq, oldName);
            m.publisher.dropEntry(to, rq, newName);
          }
          m.publisher.refreshNames(s, from, fromFd);
          if (to != from) {
            m.publisher.refreshNames(s, to, toFd);
          }
          boolean replaced = rc == 0 && (flags & RENAME_EXCHANGE) == 0;
          moved.refresh(s, false);
          victim.refresh(s, replaced);
          return rc;
        } finally {
          m.publisher.listings.changed(from);
          m.publisher.listings.changed(to);
          m.locks.unlock(from.nodeid(), to.nodeid(), movedId, victimId);
        }
      }
      return -Errno.ESTALE;
    }
  }

  private int renameat2(
      Request rq,
      StackNode from,
      int fromFd,
      StackNode to,
      int toFd,
      Target moved,
      Target victim,
      int flags) {
    int oldName = rq.nameOffset();
    int newName = rq.secondNameOffset();
    long change = m.nodes.resolver.beginChange();
    try {
      int rc = renameAsCaller(rq, fromFd, toFd, moved.fd, victim.fd, flags);
      if (rc < 0) {
        return rc;
      }
      // Two names of one file are left as they are by rename(2).
      if (moved.node == null || moved.node != victim.node) {
        if ((flags & RENAME_EXCHANGE) != 0) {
          victim.named(from, rq, oldName);
        } else {
          victim.unnamed(to, rq, newName);
        }
        moved.named(to, rq, newName);
      }
      return 0;
    } finally {
      m.nodes.resolver.endChange(change);
    }
  }

  private static int renameAsCaller(
      Request rq, int fromFd, int toFd, int moved, int victim, int flags) {
    long oldPath = rq.nameAddress(rq.nameOffset());
    long newPath = rq.nameAddress(rq.secondNameOffset());
    Caller caller = Scratch.get().caller.become(rq).in(fromFd).in(toFd).about(victim).on(moved);
    try {
      int rc;
      do {
        rc = Syscalls.renameat2(fromFd, oldPath, toFd, newPath, flags);
      } while (caller.again(rc));
      return rc;
    } finally {
      caller.restore();
    }
  }

  private void putEntries(
      Scratch s, Request rq, StackNode from, StackNode to, Target moved, Target victim, int flags) {
    int oldName = rq.nameOffset();
    int newName = rq.secondNameOffset();
    if (moved.node == null || moved.node == victim.node) {
      // Unknown to the kernel; or two names of one file, which rename(2) leaves as they are.
      m.publisher.dropEntry(to, rq, newName);
      m.publisher.dropEntry(from, rq, oldName);
      return;
    }
    m.publisher.putEntry(s, to, rq, newName, moved.node);
    if ((flags & RENAME_EXCHANGE) != 0) {
      if (victim.node == null) {
        m.publisher.dropEntry(from, rq, oldName);
      } else {
        m.publisher.putEntry(s, from, rq, oldName, victim.node);
      }
    } else if ((flags & RENAME_WHITEOUT) != 0) {
      m.publisher.dropEntry(from, rq, oldName);
    } else {
      m.publisher.putEntry(s, from, rq, oldName, null);
    }
  }
}
