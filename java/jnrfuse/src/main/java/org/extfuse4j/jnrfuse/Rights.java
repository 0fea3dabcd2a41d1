// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Request;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * Whether the kernel has checked the caller against what is so. With default_permissions the kernel
 * decides by what it was told last, which may be as old as it is believed, and of an open file for
 * as long as that is open. So before a callback opens or changes anything for somebody, the file
 * system is asked afresh who owns what that is about, and who may do what with it. If that is not
 * what was told, the kernel is told so, and ESTALE has it walk the path and check again (an open
 * descriptor has no path: its user gets that error).
 *
 * <p>Root is not asked about, whom the kernel lets do everything; nor is anybody without
 * default_permissions: then the file system itself decides, by the caller it can ask for
 * (fuse_get_context()). What a file system does between the question and its callback is its own
 * affair, and so are ioctl(2)s of its own.
 */
final class Rights {
  private static final int PERMISSIONS = 0177777;
  private static final int S_IFMT = 0170000;

  private final Served m;
  private final boolean kernelChecks;
  private final boolean believed;
  private volatile Invalidation kernel;

  /**
   * Asks for none yet.
   *
   * @param kernelChecks the mount has default_permissions
   */
  Rights(Served m, boolean kernelChecks) {
    this.m = m;
    this.kernelChecks = kernelChecks;
    this.believed = m.replies.entryNs() > 0 || m.replies.attrNs() > 0;
  }

  /** Who tells the kernel what is not so any more. */
  void tellBy(Invalidation invalidation) {
    kernel = invalidation;
  }

  /** Whether somebody's rights were checked by the kernel, and not by the file system. */
  boolean checkedByKernel(Request rq) {
    return kernelChecks && rq.uid() != 0;
  }

  /** Of a directory in which {@code path} is, and of what has that name, if that is known. */
  int name(Call c, Request rq, PathNode parent, PathNode child, String path) {
    if (!checkedByKernel(rq) || !believed) {
      return 0;
    }
    int rc = check(c, parent, parentOf(path), PERMISSIONS);
    return rc != 0 || child == null ? rc : check(c, child, path, PERMISSIONS);
  }

  /** Of a node that is to be opened. */
  int open(Call c, Request rq, PathNode node) {
    if (!checkedByKernel(rq) || !believed) {
      return 0;
    }
    PathNode parent;
    synchronized (m.registry) {
      parent = node.parent;
    }
    return parent == null ? check(c, node, c.path, PERMISSIONS) : name(c, rq, parent, node, c.path);
  }

  /** Of a node that is to be linked, or written to in a way that its mode has a say in. */
  int node(Call c, Request rq, PathNode node) {
    return checkedByKernel(rq) ? check(c, node, c.path, PERMISSIONS) : 0;
  }

  /** Of a node that is to be changed in a way that is its owner's. */
  int owned(Call c, Request rq, PathNode node) {
    return checkedByKernel(rq) ? check(c, node, c.path, S_IFMT) : 0;
  }

  private int check(Call c, PathNode node, String path, int modeBits) {
    FileStat now = c.clearStat();
    if (m.getattr(path, now) != 0) {
      return 0; // the callback will find out
    }
    if (m.attributes.asTold(now, node, modeBits)) {
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
