// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LinkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MkdirIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MknodIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.NameCodec;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Change;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** CREATE, MKNOD, MKDIR, SYMLINK, LINK: a name comes into being, and is then looked up. */
final class CreateOps {
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final long UNSIGNED = 0xffffffffL;

  /** A callback that makes what is at {@link Call#path}. */
  private interface Maker {
    int make(Call c, Request rq);
  }

  private final Served m;
  private final FileOps files;
  private final Maker mkdir = this::mkdir;
  private final Maker mknod = this::mknod;
  private final Maker symlink = this::symlink;

  CreateOps(Served m, FileOps files) {
    this.m = m;
    this.files = files;
  }

  int mkdir(Request rq, Reply rp) {
    return m.has.mkdir ? make(rq, rp, mkdir) : -Errno.ENOSYS;
  }

  int symlink(Request rq, Reply rp) {
    return m.has.symlink ? make(rq, rp, symlink) : -Errno.ENOSYS;
  }

  private int make(Request rq, Reply rp, Maker maker) {
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode parent = m.tree.useForName(c, rq.nodeid(), name);
    if (parent == null) {
      return c.error;
    }
    try {
      int stale = m.rights.made(c, rq, parent, c.path);
      return stale != 0 ? stale : make(c, rq, rp, parent, name, maker);
    } finally {
      m.tree.release(parent);
    }
  }

  private int make(Call c, Request rq, Reply rp, PathNode parent, String name, Maker maker) {
    Change change = m.fresh.begin(c, parent, null, null, null);
    PathNode node = null;
    try {
      PathNode known = c.child;
      long changes = Served.changes(known);
      int rc = maker.make(c, rq);
      if (rc == 0) {
        node = m.lookup(c, parent, name, c.path, null);
        rc = node == null ? c.error : 0;
      }
      if (rc == 0) {
        m.replyEntry(c, node, Served.changes(known, changes, node), rp);
      }
      return rc;
    } finally {
      end(c, change, rq, node);
    }
  }

  private void end(Call c, Change change, Request rq, PathNode node) {
    if (node == null) {
      m.fresh.end(change, rq, rq.nameOffset());
    } else {
      m.fresh.endCreate(c, change, rq, rq.nameOffset(), node);
    }
  }

  private int mkdir(Call c, Request rq) {
    c.context.umask.set(rq.u32(MkdirIn.UMASK));
    return m.errors.of("mkdir", m.fs.mkdir(c.path, rq.u32(MkdirIn.MODE) & UNSIGNED));
  }

  private int symlink(Call c, Request rq) {
    String target = new String(rq.nameBytes(rq.secondNameOffset()), UTF_8);
    return m.errors.of("symlink", m.fs.symlink(target, c.path));
  }

  int mknod(Request rq, Reply rp) {
    boolean regular = (rq.u32(MknodIn.MODE) & S_IFMT) == S_IFREG;
    return regular && m.has.create ? mknodByCreate(rq, rp) : mknodOrNot(rq, rp);
  }

  private int mknodOrNot(Request rq, Reply rp) {
    return m.has.mknod ? make(rq, rp, mknod) : -Errno.ENOSYS;
  }

  private int mknod(Call c, Request rq) {
    c.context.umask.set(rq.u32(MknodIn.UMASK));
    long mode = rq.u32(MknodIn.MODE) & UNSIGNED;
    return m.errors.of("mknod", m.fs.mknod(c.path, mode, rq.u32(MknodIn.RDEV) & UNSIGNED));
  }

  /** A regular file is made by create and closed again; by mknod if create is ENOSYS. */
  private int mknodByCreate(Request rq, Reply rp) {
    int rc =
        create(
            rq,
            rq.u32(MknodIn.MODE),
            rq.u32(MknodIn.UMASK),
            O_CREAT | O_EXCL | O_WRONLY,
            (c, node, changes, fi) -> {
              m.replyEntry(c, node, changes, rp);
              files.closed(c.path, fi);
              return 0;
            });
    return rc == -Errno.ENOSYS ? mknodOrNot(rq, rp) : rc;
  }

  int create(Request rq, Reply rp) {
    if (!m.has.create) {
      return -Errno.ENOSYS; // the kernel then sends MKNOD and OPEN
    }
    return create(
        rq,
        rq.u32(CreateIn.MODE),
        rq.u32(CreateIn.UMASK),
        rq.u32(CreateIn.FLAGS),
        (c, node, changes, fi) -> {
          if (node.type != S_IFREG) {
            files.closed(c.path, fi);
            m.registry.forget(node.nodeid(), 1);
            return -Errno.EIO;
          }
          files.opened(node, fi.fh.get(), rq.u32(CreateIn.FLAGS));
          m.replyEntry(c, node, changes, rp);
          Validity valid = m.replies();
          long fh = c.file.fh();
          int flags = c.file.openFlags(m.options.directIo(), m.options.kernelCache());
          rp.create(
              node.nodeid(), m.registry.generation(), valid.entryNs(), valid.attrNs(), fh, flags);
          return 0;
        });
  }

  /** What to do with a file that was created, is open and has been looked up. */
  private interface Created {
    int reply(Call c, PathNode node, long changes, FuseFileInfo fi);
  }

  private int create(Request rq, int mode, int umask, int flags, Created then) {
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode parent = m.tree.useForName(c, rq.nodeid(), name);
    if (parent == null) {
      return c.error;
    }
    try {
      int rc = m.rights.made(c, rq, parent, c.path);
      if (rc == 0) {
        rc = appeared(c, flags);
      }
      if (rc == 0) {
        c.context.umask.set(umask);
        rc = create(c, rq, parent, name, mode, flags, then);
      }
      return rc;
    } finally {
      m.tree.release(parent);
    }
  }

  /**
   * The kernel takes a file that was created for the caller's own, and checks nothing of it. It
   * sends CREATE because it believes that there is no such name, maybe since long: if there is one
   * by now, it has to look again and to check whether the caller may open that.
   */
  private int appeared(Call c, int flags) {
    if (m.replies.negativeNs() == 0) {
      return 0; // it has just asked
    }
    return m.getattr(c.path, c.clearStat()) != 0 ? 0 : existing(flags);
  }

  private static int existing(int flags) {
    return (flags & O_EXCL) != 0 ? -Errno.EEXIST : -Errno.ESTALE;
  }

  /**
   * The callback is asked to create and not to open (O_EXCL), also where the caller would not mind:
   * what appears before it does so must not be opened either.
   */
  private int create(
      Call c, Request rq, PathNode parent, String name, int mode, int flags, Created then) {
    Change change = m.fresh.begin(c, parent, null, null, null);
    PathNode node = null;
    try {
      PathNode known = c.child;
      long changes = Served.changes(known);
      FuseFileInfo fi = c.file.set(0, flags | O_EXCL, 0);
      int rc = m.errors.of("create", m.fs.create(c.path, mode & UNSIGNED, fi));
      if (rc == -Errno.EEXIST && m.getattr(c.path, c.clearStat()) == 0) {
        return existing(flags);
      }
      if (rc != 0) {
        return rc;
      }
      PathNode found = null;
      try {
        found = m.lookup(c, parent, name, c.path, fi);
      } finally {
        if (found == null) {
          files.closed(c.path, fi);
        }
      }
      if (found == null) {
        return c.error;
      }
      rc = then.reply(c, found, Served.changes(known, changes, found), fi);
      node = rc == 0 ? found : null;
      return rc;
    } finally {
      end(c, change, rq, node);
    }
  }

  /** Two names are two nodes, as in libfuse; neither's attributes are cached from then on. */
  int link(Request rq, Reply rp) {
    if (!m.has.link) {
      return -Errno.ENOSYS;
    }
    Call c = m.begin(rq);
    String name = NameCodec.of(rq, rq.nameOffset());
    if (name == null) {
      return -Errno.EILSEQ;
    }
    PathNode parent = m.registry.get(rq.nodeid());
    PathNode old = m.registry.get(rq.u64(LinkIn.OLDNODEID));
    if (parent == null || old == null) {
      return -Errno.ESTALE;
    }
    int rc = m.tree.useForLink(c, old, parent, name);
    if (rc != 0) {
      return rc;
    }
    try {
      rc = m.rights.linked(c, rq, old);
      if (rc == 0) {
        rc = m.rights.made(c, rq, parent, c.path2);
      }
      return rc != 0 ? rc : link(c, rq, rp, parent, old, name);
    } finally {
      m.tree.release(old);
      m.tree.release(parent);
    }
  }

  private int link(Call c, Request rq, Reply rp, PathNode parent, PathNode old, String name) {
    Change change = m.fresh.begin(c, parent, old, null, null);
    PathNode node = null;
    try {
      m.fresh.linked(old);
      int rc = m.errors.of("link", m.fs.link(c.path, c.path2));
      if (rc == 0) {
        node = m.lookup(c, parent, name, c.path2, null);
        rc = node == null ? c.error : 0;
      }
      if (rc == 0) {
        m.fresh.linked(node);
        m.replyEntry(c, node, node.changes, rp);
      }
      return rc;
    } finally {
      end(c, change, rq, node);
    }
  }
}
