// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LinkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MkdirIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MknodIn;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.PathFds;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/** CREATE, TMPFILE, MKNOD, MKDIR, SYMLINK and LINK: a file or a name comes into being. */
public final class CreateOps {
  private enum Kind {
    NOD,
    DIR,
    SYMLINK
  }

  private final MountContext m;
  private final Appends appends;

  public CreateOps(MountContext m) {
    this.m = m;
    this.appends = new Appends(m);
  }

  public int mknod(Request rq, Reply rp) {
    return make(Kind.NOD, rq, rp, rq.nameOffset());
  }

  public int mkdir(Request rq, Reply rp) {
    return make(Kind.DIR, rq, rp, rq.nameOffset());
  }

  public int symlink(Request rq, Reply rp) {
    return make(Kind.SYMLINK, rq, rp, rq.nameOffset());
  }

  private int make(Kind kind, Request rq, Reply rp, int name) {
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
    m.source.awaitThaw(s, dir, true);
    m.locks.lock(parent.nodeid());
    try {
      int rc = makeAsCaller(kind, s, rq, dir, name);
      if (rc < 0) {
        m.publisher.dropEntry(parent, rq, name);
        return rc;
      }
      int fd = LookupOps.openChild(dir, rq.nameAddress(name));
      child = fd < 0 ? null : m.nodes.intern(s, fd, true, parent, rq, name);
      if (child == null) {
        m.publisher.dropEntry(parent, rq, name);
        m.publisher.refreshNames(s, parent, dir);
        return fd < 0 ? fd : s.error;
      }
      m.publisher.putEntry(s, parent, rq, name, child);
      m.publisher.refreshNames(s, parent, dir);
    } finally {
      m.publisher.listings.changed(parent);
      m.locks.unlock(parent.nodeid());
      m.fds.release(parent);
    }
    return m.replyEntry(s, child, rp);
  }

  private static int makeAsCaller(Kind kind, Scratch s, Request rq, int dir, int name) {
    Caller caller = s.caller.become(rq, umask(kind, rq)).in(dir).checkedByKernel();
    try {
      if (kind == Kind.NOD) {
        keepSetGroupId(caller, rq.u32(MknodIn.MODE));
      }
      int rc;
      do {
        rc = syscall(kind, rq, dir, name);
      } while (caller.again(rc));
      return rc;
    } finally {
      caller.restore();
    }
  }

  // In a directory that gives its group, who is not in that loses the bit, and hears of no error.
  private static void keepSetGroupId(Caller caller, int mode) {
    if ((mode & Attributes.S_ISGID) != 0) {
      caller.know(Capability.FSETID);
    }
  }

  private static int umask(Kind kind, Request rq) {
    return switch (kind) {
      case NOD -> rq.u32(MknodIn.UMASK);
      case DIR -> rq.u32(MkdirIn.UMASK);
      case SYMLINK -> 0;
    };
  }

  private static int syscall(Kind kind, Request rq, int dir, int name) {
    long path = rq.nameAddress(name);
    return switch (kind) {
      case NOD -> {
        long rdev = Integer.toUnsignedLong(rq.u32(MknodIn.RDEV));
        yield Syscalls.mknodat(dir, path, rq.u32(MknodIn.MODE), rdev);
      }
      case DIR -> Syscalls.mkdirat(dir, path, rq.u32(MkdirIn.MODE));
      case SYMLINK -> Syscalls.symlinkat(rq.nameAddress(rq.secondNameOffset()), dir, path);
    };
  }

  public int create(Request rq, Reply rp) {
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
    int flags = OpenOps.backingFlags(m, rq.u32(CreateIn.FLAGS));
    StackNode child = null;
    int file = m.opens.admit(rq.uid());
    if (file < 0) {
      m.fds.release(parent);
      return file;
    }
    m.source.awaitThaw(s, dir, true);
    m.locks.lock(parent.nodeid());
    try {
      int all = flags | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW;
      file = createAdmitted(s, rq, dir, rq.nameAddress(name), all);
      if (file < 0) {
        m.publisher.dropEntry(parent, rq, name);
        boolean opens = (rq.u32(CreateIn.FLAGS) & Libc.O_EXCL) == 0;
        // Someone has made it behind the kernel's back. What is opened it checks only if it knows
        // it: with ESTALE it walks again, asks for the name and opens that as any other.
        return file == -Errno.EEXIST && opens ? -Errno.ESTALE : file;
      }
      int path = PathFds.openSame(s, file);
      child = path < 0 ? null : m.nodes.intern(s, path, true, parent, rq, name);
      if (child == null) {
        m.publisher.dropEntry(parent, rq, name);
        m.publisher.refreshNames(s, parent, dir);
        m.opens.close(file);
        return path < 0 ? path : s.error;
      }
      m.publisher.putEntry(s, parent, rq, name, child);
      m.publisher.refreshNames(s, parent, dir);
    } finally {
      m.publisher.listings.changed(parent);
      m.locks.unlock(parent.nodeid());
      m.fds.release(parent);
    }
    return replyOpen(s, child, file, flags, rq, rp);
  }

  /** A file without a name; LINK may give it one. */
  public int tmpfile(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    if (parent == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int dir = m.fds.acquire(s, parent);
    if (dir < 0) {
      return dir;
    }
    int flags = OpenOps.backingFlags(m, rq.u32(CreateIn.FLAGS)) & ~Libc.O_TMPFILE;
    int file = m.opens.admit(rq.uid());
    if (file < 0) {
      m.fds.release(parent);
      return file;
    }
    try {
      file = createAdmitted(s, rq, dir, s.dotPath, flags | Libc.O_TMPFILE);
    } finally {
      m.fds.release(parent);
    }
    if (file < 0) {
      return file;
    }
    int path = PathFds.openSame(s, file);
    StackNode child = path < 0 ? null : m.nodes.intern(s, path, true, null, null, 0, 0);
    if (child == null) {
      m.opens.close(file);
      return path < 0 ? path : s.error;
    }
    return replyOpen(s, child, file, flags, rq, rp);
  }

  private int replyOpen(Scratch s, StackNode child, int file, int flags, Request rq, Reply rp) {
    m.fds.opened(child, file);
    m.openers.opened(file, child.nodeid(), OpenOps.writes(flags), rq.uid(), rq.gid());
    if (OpenOps.changesUnseen(flags)) {
      m.publisher.beginChange(s, child);
    }
    int rc = m.replyEntry(s, child, rp);
    if (rc < 0) {
      FileOps.close(m, child, file, flags);
      return rc;
    }
    int reply = OpenOps.replyFlags(m, flags) | appends.replyFlags(s, file, rq.u32(CreateIn.FLAGS));
    rp.create(
        child.nodeid(),
        m.registry.generation(),
        m.publisher.entryNs(s),
        m.validity.attrNs(),
        file,
        reply);
    return 0;
  }

  // What OpenBudget has admitted, which hears what became of it.
  private int createAdmitted(Scratch s, Request rq, int dir, long path, int flags) {
    int file = -Errno.EIO;
    try {
      file = createFile(s, rq, dir, path, flags);
    } finally {
      m.opens.opened(rq.uid(), file);
    }
    return file;
  }

  private static int createFile(Scratch s, Request rq, int dir, long path, int flags) {
    int mode = rq.u32(CreateIn.MODE) & Attributes.MODE_BITS;
    Caller caller = s.caller.become(rq, rq.u32(CreateIn.UMASK)).in(dir);
    try {
      keepSetGroupId(caller, mode);
      int file;
      do {
        file = Syscalls.openat(dir, path, flags, mode);
      } while (caller.again(file));
      return file;
    } finally {
      caller.restore();
    }
  }

  public int link(Request rq, Reply rp) {
    StackNode parent = m.registry.get(rq.nodeid());
    StackNode node = m.registry.get(rq.u64(LinkIn.OLDNODEID));
    if (parent == null || node == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int dir = m.fds.acquire(s, parent);
    if (dir < 0) {
      return dir;
    }
    int fd = m.fds.acquire(s, node);
    if (fd < 0) {
      m.fds.release(parent);
      return fd;
    }
    int name = rq.nameOffset();
    boolean linked = false;
    m.source.awaitThaw(s, dir, true);
    m.locks.lock(parent.nodeid(), node.nodeid(), 0, 0);
    try {
      int rc = linkAsCaller(s, rq, fd, dir, rq.nameAddress(name));
      if (rc < 0) {
        m.publisher.dropEntry(parent, rq, name);
        return rc;
      }
      linked = true;
      m.registry.retain(node);
      m.nodes.named(node, parent, rq, name);
      m.publisher.putEntry(s, parent, rq, name, node);
      m.publisher.refreshNames(s, parent, dir);
      m.publisher.refresh(s, node, fd);
    } finally {
      m.publisher.listings.changed(parent);
      m.locks.unlock(parent.nodeid(), node.nodeid(), 0, 0);
      m.fds.release(parent);
      if (!linked) {
        m.fds.release(node); // else replyEntry() does
      }
    }
    return m.replyEntry(s, node, rp);
  }

  // By /proc: AT_EMPTY_PATH takes CAP_DAC_READ_SEARCH.
  private static int linkAsCaller(Scratch s, Request rq, int fd, int dir, long path) {
    Caller caller = s.caller.become(rq).in(dir).on(fd);
    try {
      int rc;
      do {
        rc = Syscalls.linkat(Libc.AT_FDCWD, s.procPath(fd), dir, path, Libc.AT_SYMLINK_FOLLOW);
      } while (caller.again(rc));
      return rc;
    } finally {
      caller.restore();
    }
  }
}
