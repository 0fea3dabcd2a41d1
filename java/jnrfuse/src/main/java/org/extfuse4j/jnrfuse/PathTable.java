// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.NodeLocks;
import org.extfuse4j.cache.NodeRegistry;
import org.extfuse4j.fuse.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of a mount as libfuse's high-level library keeps them: a node is a name in its parent's
 * node, its path the names up to the root. Two hard links are two nodes. Nodes of a directory that
 * is renamed keep their nodeids and find themselves under the new path. A name that is removed and
 * made again is another node; so is one that comes back as another type of file, which in libfuse
 * it is not (the kernel takes such a nodeid for broken).
 *
 * <p>While an operation is in the file system its path does not change: it uses ({@link #use}) each
 * node of it, and renaming or removing a name claims the node, for which it waits until nobody uses
 * it. So it is in libfuse (treelock). A request that would wait for the very callback that made it
 * gets EDEADLK.
 *
 * <p>The registry's monitor guards all of it. A parent's life is counted as one lookup for each of
 * its children, so the kernel's forgetting a directory first does no harm.
 */
final class PathTable {
  private static final Logger LOG = LoggerFactory.getLogger(PathTable.class);
  private static final int CLAIMED = -1;

  private final NodeRegistry<PathNode> registry;
  private PathNode root;
  // A path that was made in another era may not be true any more.
  private long era = 1;
  private int waiting;
  private int hides;

  PathTable(MetadataCache cache, NodeLocks locks) {
    registry = new NodeRegistry<>(cache, locks, this::died);
  }

  NodeRegistry<PathNode> registry() {
    return registry;
  }

  PathNode root() {
    return root;
  }

  /** After the cache knows whether it is active. */
  void addRoot() {
    synchronized (registry) {
      root = new PathNode(NodeRegistry.ROOT_ID, null, "");
      registry.add(root);
    }
  }

  /**
   * Uses the path of a node, in {@link Call#path}, until {@link #release}.
   *
   * @return null if it has none any more: {@link Call#error} is ESTALE or, as in libfuse, ENOENT
   */
  PathNode use(Call c, long nodeid) {
    synchronized (registry) {
      PathNode node = node(c, nodeid);
      while (node != null) {
        int rc = tryUse(node);
        if (rc == 0) {
          c.path = node == root ? "/" : path(node);
          return node;
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return null;
        }
      }
      return null;
    }
  }

  /**
   * As {@link #use}, and {@link Call#path} is that of a name in this directory, {@link Call#child}
   * the node that it has, if any.
   */
  PathNode useForName(Call c, long nodeid, String name) {
    synchronized (registry) {
      PathNode parent = use(c, nodeid);
      if (parent != null) {
        c.path = childPath(parent, name);
        c.child = parent.child(name);
      }
      return parent;
    }
  }

  /** As {@link #useForName}, and claims the node of the name, until {@link #releaseClaimed}. */
  PathNode useForClaim(Call c, long nodeid, String name) {
    synchronized (registry) {
      PathNode parent = node(c, nodeid);
      while (parent != null) {
        int rc = tryClaim(parent, name);
        if (rc == 0) {
          c.path = childPath(parent, name);
          c.child = parent.child(name);
          return parent;
        }
        c.error = rc;
        if (rc != -Errno.EAGAIN || !await(c)) {
          return null;
        }
      }
      return null;
    }
  }

  void releaseClaimed(PathNode parent, PathNode claimed) {
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
  int useForRename(Call c, PathNode from, String name, PathNode to, String newName) {
    synchronized (registry) {
      while (true) {
        int rc = tryClaim(from, name);
        if (rc == 0) {
          boolean same = from == to && name.equals(newName);
          rc = same ? tryUse(to) : tryClaim(to, newName);
          if (rc == 0) {
            c.path = childPath(from, name);
            c.child = from.child(name);
            c.path2 = childPath(to, newName);
            c.child2 = same ? null : to.child(newName);
            return 0;
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

  void releaseRename(Call c, PathNode from, PathNode to) {
    synchronized (registry) {
      unclaim(c.child);
      unclaim(c.child2);
      release(from);
      release(to);
    }
  }

  /** Uses two paths: of a node, {@link Call#path}, and of a name, {@link Call#path2}. */
  int useForLink(Call c, PathNode node, PathNode to, String name) {
    synchronized (registry) {
      while (true) {
        int rc = tryUse(node);
        if (rc == 0) {
          rc = tryUse(to);
          if (rc == 0) {
            c.path = path(node);
            c.path2 = childPath(to, name);
            c.child = to.child(name);
            return 0;
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

  /** Ends {@link #use}. */
  void release(PathNode node) {
    synchronized (registry) {
      for (PathNode n = node; n != root; n = n.parent) {
        n.users--;
      }
      if (waiting > 0) {
        registry.notifyAll();
      }
    }
  }

  /**
   * Finds or makes the node of a name in a directory that is used, and counts one lookup.
   *
   * @param type file type bits
   */
  PathNode find(PathNode parent, String name, int type) {
    synchronized (registry) {
      PathNode node = parent.child(name);
      if (node != null && node.type != 0 && node.type != type) {
        detach(node);
        node = null;
      }
      if (node == null) {
        node = new PathNode(registry.newId(), parent, name);
        parent.addChild(node);
        registry.retain(parent);
        registry.add(node);
      }
      node.type = type;
      registry.retain(node);
      return node;
    }
  }

  /** The name of a node is gone. */
  void remove(PathNode node) {
    synchronized (registry) {
      if (node != null && !node.detached) {
        detach(node);
      }
    }
  }

  /**
   * A claimed node takes another name; the node that had it loses it.
   *
   * @param node null if the name was not known
   */
  void rename(PathNode node, PathNode to, String newName) {
    synchronized (registry) {
      PathNode victim = to.child(newName);
      if (node == null || node == victim) {
        return;
      }
      if (victim != null) {
        detach(victim);
      }
      PathNode from = node.parent;
      if (!node.detached) {
        from.removeChild(node);
      }
      registry.retain(to);
      node.name = newName;
      node.parent = to;
      to.addChild(node);
      if (node.detached) {
        node.detached = false;
        registry.named(node, true);
      } else {
        registry.forget(from.nodeid(), 1);
      }
      node.path = null;
      if (node.children != null) {
        era++;
      }
    }
  }

  /** A name that no node of the directory has, to hide a removed file that is open. */
  String hiddenName(PathNode parent, PathNode node) {
    synchronized (registry) {
      String name;
      do {
        hides++;
        name = ".fuse_hidden%08x%08x".formatted((int) node.nodeid(), hides);
      } while (parent.child(name) != null);
      return name;
    }
  }

  /** The path of a name in a directory that is used. */
  String nameIn(PathNode parent, String name) {
    synchronized (registry) {
      return childPath(parent, name);
    }
  }

  /** The node at an absolute path, or null; for invalidation. */
  PathNode at(String path) {
    synchronized (registry) {
      PathNode node = root;
      for (String name : path.split("/", -1)) {
        if (node != null && !name.isEmpty()) {
          node = node.child(name);
        }
      }
      return node;
    }
  }

  /** A node and all below it. */
  List<PathNode> tree(PathNode top) {
    List<PathNode> all = new ArrayList<>();
    all.add(top);
    synchronized (registry) {
      for (int i = 0; i < all.size(); i++) {
        PathNode node = all.get(i);
        if (node.children != null) {
          all.addAll(node.children.values());
        }
      }
    }
    return all;
  }

  private PathNode node(Call c, long nodeid) {
    PathNode node = registry.get(nodeid);
    if (node == null) {
      c.error = -Errno.ESTALE;
    }
    return node;
  }

  private int tryUse(PathNode node) {
    for (PathNode n = node; n != root; n = n.parent) {
      if (n.detached) {
        return -Errno.ENOENT;
      }
      if (n.users == CLAIMED) {
        return -Errno.EAGAIN;
      }
    }
    for (PathNode n = node; n != root; n = n.parent) {
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
      LOG.error(
          "a callback uses its own mount and would wait for itself: {} answered EDEADLK", c.what());
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

  private String path(PathNode node) {
    if (node == root) {
      return "";
    }
    if (node.path == null || node.pathEra != era) {
      node.path = path(node.parent) + "/" + node.name;
      node.pathEra = era;
    }
    return node.path;
  }

  private String childPath(PathNode parent, String name) {
    return path(parent) + "/" + name;
  }

  private void detach(PathNode node) {
    node.parent.removeChild(node);
    node.detached = true;
    registry.forget(node.parent.nodeid(), 1);
    registry.named(node, false);
  }

  private void died(PathNode node) {
    if (!node.detached) {
      detach(node);
    }
  }
}
