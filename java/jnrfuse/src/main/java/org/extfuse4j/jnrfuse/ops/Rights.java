// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.publish.Invalidation;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * Whether the kernel has checked the caller against what is so. With default_permissions the kernel
 * decides by what it was told last, which may be as old as it is believed, and of an open file for
 * as long as that is open. So before a callback opens or changes anything for somebody, the file
 * system is asked afresh who owns what that is about, and who may do what with it. If that is not
 * what was told, the kernel is told so, and ESTALE has it walk the path and check again (an open
 * descriptor has no path: its user gets that error).
 *
 * <p>What was told last need not be what the kernel goes by ({@link PathNode#isDoubtful}). Where it
 * may be something older, the caller's rights are looked at here too, so that he needs both the
 * kernel's word and this ({@link CallerRights}).
 *
 * <p>Root is not asked about, whom the kernel lets do everything; nor is anybody without
 * default_permissions: then the file system itself decides, by the caller it can ask for
 * (fuse_get_context()). What a file system does between the question and its callback is its own
 * affair, and so are ioctl(2)s of its own.
 */
public final class Rights {
  private static final int PERMISSIONS = 0177777;
  private static final int S_IFMT = 0170000;
  private static final int O_ACCMODE = 3;
  private static final int O_WRONLY = 1;
  private static final int O_TRUNC = 01000;
  private static final int FMODE_EXEC = 0x20; // __FMODE_EXEC of the kernel's flags: execve(2)
  private static final int NOT_OTHERS = 0;

  private final Served m;
  private final boolean kernelChecks;
  private final boolean hasValidity;
  private volatile Invalidation kernel;

  /**
   * Asks for none yet.
   *
   * @param kernelChecks the mount has default_permissions
   */
  public Rights(Served m, boolean kernelChecks) {
    this.m = m;
    this.kernelChecks = kernelChecks;
    this.hasValidity = m.replies.entryNs() > 0 || m.replies.attrNs() > 0;
  }

  /** Who tells the kernel what is not so any more. */
  void notifyBy(Invalidation invalidation) {
    kernel = invalidation;
  }

  /** Whether somebody's rights were checked by the kernel, and not by the file system. */
  boolean checkedByKernel(Request rq) {
    return kernelChecks && rq.uid() != 0;
  }

  /** Of a directory in which a name is to be made. */
  int made(Call c, Request rq, PathNode parent, String path) {
    return directory(c, rq, parent, path, CallerRights.WRITE | CallerRights.EXEC);
  }

  /** Of a directory in which {@code path} is, and of what has that name and is to lose it. */
  int removed(Call c, Request rq, PathNode parent, PathNode child, String path) {
    if (child == null || (isSure(rq, parent) && isSure(rq, child))) {
      return made(c, rq, parent, path);
    }
    boolean doubtful = parent.isDoubtful() || child.isDoubtful();
    int rc = check(c, rq, parent, parentOf(path), CallerRights.WRITE | CallerRights.EXEC);
    if (rc != 0) {
      return rc;
    }
    int mode = m.attributes.mode(c.stat);
    int uid = m.attributes.uid(c.stat);
    rc = look(c, child, path, PERMISSIONS);
    if (rc != 0 || !doubtful) {
      return rc;
    }
    return c.rights().mayRemove(rq, mode, uid, m.attributes.uid(c.stat)) ? 0 : -Errno.EPERM;
  }

  /**
   * Of a node that is to be opened.
   *
   * @param flags of open(2)
   */
  int open(Call c, Request rq, PathNode node, int flags) {
    PathNode parent;
    synchronized (m.registry) {
      parent = node.parent;
    }
    int rc = parent == null ? 0 : directory(c, rq, parent, c.path, CallerRights.EXEC);
    if (rc != 0 || isSure(rq, node)) {
      return rc;
    }
    return check(c, rq, node, c.path, mask(flags));
  }

  private static int mask(int flags) {
    if ((flags & FMODE_EXEC) != 0) {
      return CallerRights.EXEC;
    }
    boolean reads = (flags & O_ACCMODE) != O_WRONLY;
    boolean writes = (flags & O_ACCMODE) != 0 || (flags & O_TRUNC) != 0;
    return (reads ? CallerRights.READ : 0) | (writes ? CallerRights.WRITE : 0);
  }

  /** Of a node that is to be linked: protected_hardlinks of proc_sys_fs(5) is assumed. */
  int linked(Call c, Request rq, PathNode node) {
    return owned(c, rq, node, PERMISSIONS, CallerRights.READ | CallerRights.WRITE);
  }

  /** Of a node that is to be written to in a way that its mode has a say in. */
  int written(Call c, Request rq, PathNode node) {
    return checkedByKernel(rq) ? check(c, rq, node, c.path, CallerRights.WRITE) : 0;
  }

  /** Of a node whose times are to be as of now, which is for its owner and who may write. */
  int touched(Call c, Request rq, PathNode node) {
    return owned(c, rq, node, PERMISSIONS, CallerRights.WRITE);
  }

  /** Of a node that is to be changed in a way that is its owner's. */
  int owned(Call c, Request rq, PathNode node) {
    return owned(c, rq, node, S_IFMT, NOT_OTHERS);
  }

  private int owned(Call c, Request rq, PathNode node, int modeBits, int othersMask) {
    if (!checkedByKernel(rq)) {
      return 0;
    }
    boolean doubtful = node.isDoubtful();
    int rc = look(c, node, c.path, modeBits);
    if (rc != 0 || !doubtful) {
      return rc;
    }
    if (c.rights().owns(rq, m.attributes.uid(c.stat))) {
      return 0;
    }
    return othersMask == NOT_OTHERS ? -Errno.EPERM : may(c, rq, othersMask);
  }

  // Nothing is asked where the kernel has just asked itself, and has taken what it heard.
  private boolean isSure(Request rq, PathNode node) {
    return !checkedByKernel(rq) || (!hasValidity && !node.isDoubtful());
  }

  private int directory(Call c, Request rq, PathNode parent, String path, int mask) {
    return isSure(rq, parent) ? 0 : check(c, rq, parent, parentOf(path), mask);
  }

  private int check(Call c, Request rq, PathNode node, String path, int mask) {
    boolean doubtful = node.isDoubtful();
    int rc = look(c, node, path, PERMISSIONS);
    if (rc != 0 || !doubtful) {
      return rc;
    }
    return may(c, rq, mask);
  }

  private int may(Call c, Request rq, int mask) {
    int mode = m.attributes.mode(c.stat);
    int uid = m.attributes.uid(c.stat);
    int gid = m.attributes.gid(c.stat);
    return c.rights().may(rq, mode, uid, gid, mask) ? 0 : -Errno.EACCES;
  }

  /**
   * 0, or -ESTALE if it is another, or what getattr has failed with: what cannot be looked at is
   * not changed.
   */
  private int look(Call c, PathNode node, String path, int modeBits) {
    FileStat now = c.clearStat();
    int rc = m.errors.of("getattr", m.getattr(path, now));
    if (rc != 0) {
      // ENOSYS would tell the kernel not to ask for an operation any more.
      return rc == -Errno.ENOSYS ? -Errno.EOPNOTSUPP : rc;
    }
    if (m.attributes.asPublished(now, node, modeBits)) {
      return 0;
    }
    Invalidation to = kernel;
    if (to != null) {
      to.attributesOutdated(node);
    }
    return -Errno.ESTALE;
  }

  private static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }
}
