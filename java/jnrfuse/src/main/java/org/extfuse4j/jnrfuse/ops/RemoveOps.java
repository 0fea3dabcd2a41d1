// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.NameCodec;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;

/**
 * UNLINK, RMDIR and RENAME: a name goes away. One of a file that is open is hidden first, unless
 * {@code hard_remove}: renamed to {@code .fuse_hidden...}, and removed when the last one closes it.
 */
final class RemoveOps {
  private static final int ATTEMPTS = 10;

  private final Served m;

  RemoveOps(Served m) {
    this.m = m;
  }

  int unlink(Request rq) {
    return remove(rq, false);
  }

  int rmdir(Request rq) {
    return remove(rq, true);
  }

  private int remove(Request rq, boolean directory) {
    if (!(directory ? m.has.rmdir : m.has.unlink)) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode parent = m.tree.useForClaim(c, rq.nodeid(), name);
    if (parent == null) {
      return c.error;
    }
    PathNode victim = c.child;
    try {
      int stale = m.rights.removed(c, rq, parent, victim, c.path);
      return stale != 0 ? stale : remove(c, rq, parent, victim, directory);
    } finally {
      m.tree.releaseClaimed(parent, victim);
    }
  }

  private int remove(Call c, Request rq, PathNode parent, PathNode victim, boolean directory) {
    Change change = m.fresh.begin(c, parent, victim, null, null);
    try {
      if (!directory && isOpen(victim) && !m.options.hardRemove()) {
        return hide(c, c.path, parent, victim);
      }
      int rc =
          directory
              ? m.errors.of("rmdir", m.fs.rmdir(c.path))
              : m.errors.of("unlink", m.fs.unlink(c.path));
      if (rc == 0) {
        m.table.remove(victim);
      }
      return rc;
    } finally {
      m.fresh.end(change, rq, rq.nameOffset());
    }
  }

  private boolean isOpen(PathNode node) {
    if (node == null) {
      return false;
    }
    synchronized (m.registry) {
      return node.open > 0;
    }
  }

  /** Renames a claimed file to a name that nobody has; EBUSY if none is found. */
  private int hide(Call c, String path, PathNode parent, PathNode node) {
    for (int i = 0; i < ATTEMPTS; i++) {
      String name = m.table.hiddenName(parent, node);
      String hidden = m.table.nameIn(parent, name);
      if (hidden == null) {
        return -Errno.ENAMETOOLONG;
      }
      int rc = m.getattr(hidden, c.clearStat());
      if (rc == -Errno.ENOENT) {
        return hide(path, hidden, parent, node, name);
      }
      if (rc != 0) {
        return -Errno.EBUSY;
      }
    }
    return -Errno.EBUSY;
  }

  private int hide(String path, String hidden, PathNode parent, PathNode node, String name) {
    int rc = m.has.rename ? m.errors.of("rename", m.fs.rename(path, hidden)) : -Errno.ENOSYS;
    if (rc == 0) {
      m.table.rename(node, parent, name);
      synchronized (m.registry) {
        node.hidden = true;
      }
    }
    return rc;
  }

  int rename(Request rq) {
    if (!m.has.rename) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    String newName = NameCodec.of(rq, rq.secondNameOffset());
    if (name == null || newName == null) {
      return -Errno.EILSEQ;
    }
    PathNode from = m.registry.get(rq.nodeid());
    PathNode to = m.registry.get(rq.u64(RenameIn.NEWDIR));
    if (from == null || to == null) {
      return -Errno.ESTALE;
    }
    int rc = m.tree.useForRename(c, from, name, to, newName);
    if (rc != 0) {
      return rc;
    }
    try {
      rc = m.rights.removed(c, rq, from, c.child, c.path);
      if (rc == 0) {
        rc = m.rights.removed(c, rq, to, c.child2, c.path2);
      }
      return rc != 0 ? rc : rename(c, rq, from, to, newName);
    } finally {
      m.tree.releaseRename(c, from, to);
    }
  }

  private int rename(Call c, Request rq, PathNode from, PathNode to, String newName) {
    PathNode victim = c.child2;
    Change change = m.fresh.begin(c, from, to, c.child, victim);
    try {
      int rc = 0;
      if (isOpen(victim) && !m.options.hardRemove()) {
        rc = hide(c, c.path2, to, victim);
      }
      if (rc == 0) {
        rc = m.errors.of("rename", m.fs.rename(c.path, c.path2));
      }
      if (rc == 0) {
        m.table.rename(c.child, to, newName);
        if (c.child == null) {
          m.table.remove(victim);
        }
      }
      return rc;
    } finally {
      m.fresh.endRename(change, rq, rq.nameOffset(), rq.secondNameOffset());
    }
  }
}
