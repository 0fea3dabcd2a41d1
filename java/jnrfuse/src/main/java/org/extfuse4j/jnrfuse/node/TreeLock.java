// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;

/**
 * Keeps the paths that callbacks have. While an operation is in the file system its path does not
 * change: it uses ({@link #use}) each node of it, and renaming or removing a name claims the node,
 * for which it waits until nobody uses it. So it is in libfuse (treelock). A request that would
 * wait for the very callback that made it gets EDEADLK.
 *
 * <p>The registry's monitor guards all of it, and is what is waited on.
 */
public final class TreeLock {
  private static final int CLAIMED = -1;

  private final NodeRegistry<PathNode> registry;
  private final FailureLog failures;
  private int waiting;

  public TreeLock(NodeRegistry<PathNode> registry, FailureLog failures) {
    this.registry = registry;
    this.failures = failures;
  }

  /**
   * Uses the path of a node, in {@link Call#path}, until {@link #release}.
   *
   * @return null if it has none any more: {@link Call#error} is ESTALE or, as in libfuse, ENOENT;
   *     or if it is longer than callbacks get, ENAMETOOLONG
   */
  public PathNode use(Call c, long nodeid) {
    return use(c, nodeid, null);
  }

  /**
   * As {@link #use}, and {@link Call#path} is that of a name in this directory, {@link Call#child}
   * the node that it has, if any.
   */
  public PathNode useForName(Call c, long nodeid, String name) {
    synchronized (registry) {
      PathNode parent = use(c, nodeid, name);
      if (parent != null) {
        c.child = parent.child(name);
      }
      return parent;
    }
  }

  private PathNode use(Call c, long nodeid, String name) {
    synchronized (registry) {
      PathNode node = node(c, nodeid);
      while (node != null) {
        int rc = tryUse(node);
        if (rc == 0) {
          c.path = path(c, node, name, node);
          return c.path == null ? null : node;
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return null;
        }
      }
      return null;
    }
  }

  /** As {@link #useForName}, and claims the node of the name, until {@link #releaseClaimed}. */
  public PathNode useForClaim(Call c, long nodeid, String name) {
    synchronized (registry) {
      PathNode parent = node(c, nodeid);
      while (parent != null) {
        int rc = tryClaim(parent, name);
        if (rc == 0) {
          return claimed(c, parent, name) ? parent : null;
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return null;
        }
      }
      return null;
    }
  }

  private boolean claimed(Call c, PathNode parent, String name) {
    c.path = null;
    c.child = parent.child(name);
    try {
      c.path = path(c, parent, name, null);
      return c.path != null;
    } finally {
      if (c.path == null) {
        releaseClaimed(parent, c.child);
      }
    }
  }

  public void releaseClaimed(PathNode parent, PathNode claimed) {
    synchronized (registry) {
      unclaim(claimed);
      release(parent);
    }
  }

  /**
   * Two names for a rename, both claimed: {@link Call#path} and {@link Call#child}, {@link
   * Call#path2} and {@link Call#child2}.
   *
   * @return 0, after which {@link #releaseRename} must follow, or a negative errno
   */
  public int useForRename(Call c, PathNode from, String name, PathNode to, String newName) {
    synchronized (registry) {
      while (true) {
        int rc = tryClaim(from, name);
        if (rc == 0) {
          boolean same = from == to && name.equals(newName);
          rc = same ? tryUse(to) : tryClaim(to, newName);
          if (rc == 0) {
            c.child = from.child(name);
            c.child2 = same ? null : to.child(newName);
            return renamed(c, from, name, to, newName);
          }
          releaseClaimed(from, from.child(name));
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return c.error;
        }
      }
    }
  }

  private int renamed(Call c, PathNode from, String name, PathNode to, String newName) {
    c.path2 = null;
    try {
      c.path = path(c, from, name, null);
      c.path2 = c.path == null ? null : path(c, to, newName, null);
      return c.path2 == null ? c.error : 0;
    } finally {
      if (c.path2 == null) {
        releaseRename(c, from, to);
      }
    }
  }

  public void releaseRename(Call c, PathNode from, PathNode to) {
    synchronized (registry) {
      unclaim(c.child);
      unclaim(c.child2);
      release(from);
      release(to);
    }
  }

  /** Uses two paths: of a node, {@link Call#path}, and of a name, {@link Call#path2}. */
  public int useForLink(Call c, PathNode node, PathNode to, String name) {
    synchronized (registry) {
      while (true) {
        int rc = tryUse(node);
        if (rc == 0) {
          rc = tryUse(to);
          if (rc == 0) {
            c.child = to.child(name);
            return linked(c, node, to, name);
          }
          release(node);
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return c.error;
        }
      }
    }
  }

  private int linked(Call c, PathNode node, PathNode to, String name) {
    c.path2 = null;
    try {
      c.path = path(c, node, null, null);
      c.path2 = c.path == null ? null : path(c, to, name, null);
      return c.path2 == null ? c.error : 0;
    } finally {
      if (c.path2 == null) {
        release(node);
        release(to);
      }
    }
  }

  /** Ends {@link #use}. */
  public void release(PathNode node) {
    synchronized (registry) {
      for (PathNode n = node; n.parent != null; n = n.parent) {
        n.users--;
      }
      if (waiting > 0) {
        registry.notifyAll();
      }
    }
  }

  private PathNode node(Call c, long nodeid) {
    PathNode node = registry.get(nodeid);
    if (node == null) {
      c.error = -Errno.ESTALE;
    }
    return node;
  }

  private int tryUse(PathNode node) {
    for (PathNode n = node; n.parent != null; n = n.parent) {
      if (n.detached) {
        return -Errno.ENOENT;
      }
      if (n.users == CLAIMED) {
        return -Errno.EAGAIN;
      }
    }
    for (PathNode n = node; n.parent != null; n = n.parent) {
      n.users++;
    }
    return 0;
  }

  private int tryClaim(PathNode parent, String name) {
    PathNode node = parent.child(name);
    if (node != null && node.users != 0) {
      return -Errno.EAGAIN;
    }
    int rc = tryUse(parent);
    if (rc == 0 && node != null) {
      node.users = CLAIMED;
    }
    return rc;
  }

  private static void unclaim(PathNode node) {
    if (node != null) {
      node.users = 0;
    }
  }

  /** Waits for others to release; false, and an error is set, if that cannot be waited for. */
  private boolean await(Call c) {
    if (c.fromCallback()) {
      failures.error(
          "EDEADLK",
          () ->
              "a callback uses its own mount and would wait for itself: %s answered EDEADLK"
                  .formatted(c.what()),
          null);
      c.error = -Errno.EDEADLK;
      return false;
    }
    waiting++;
    try {
      registry.wait();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      c.error = -Errno.EINTR;
      return false;
    } finally {
      waiting--;
    }
  }

  /**
   * A path, or null and an error if it is too long.
   *
   * @param used null, or what is released if there is no path, also if it fails in another way
   */
  private String path(Call c, PathNode node, String name, PathNode used) {
    String path = null;
    try {
      path = Paths.of(node, name);
      if (path == null) {
        c.error = -Errno.ENAMETOOLONG;
      }
      return path;
    } finally {
      if (path == null && used != null) {
        release(used);
      }
    }
  }
}
