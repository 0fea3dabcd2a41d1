// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.NodeRegistry;

/**
 * The nodes of a mount as libfuse's high-level library keeps them: a node is a name in its parent's
 * node, its path the names up to the root. Two hard links are two nodes. Nodes of a directory that
 * is renamed keep their nodeids and find themselves under the new path. A name that is removed and
 * made again is another node; so is one that comes back as another type of file, which in libfuse
 * it is not (the kernel takes such a nodeid for broken).
 *
 * <p>The registry's monitor guards all of it, and {@link TreeLock} keeps paths as they are while
 * callbacks have them. A parent's life is counted as one lookup for each of its children, so the
 * kernel's forgetting a directory first does no harm.
 */
public final class PathTable {
  private final NodeRegistry<PathNode> registry;
  private PathNode root;
  // Nodes that have died and are still to be taken out of their parents, which may die of it.
  private final ArrayDeque<PathNode> dying = new ArrayDeque<>();
  private boolean burying;
  private int hides;

  public PathTable(MetadataCache cache, NodeLocks locks) {
    registry = new NodeRegistry<>(cache, locks, this::died);
  }

  public NodeRegistry<PathNode> registry() {
    return registry;
  }

  public PathNode root() {
    return root;
  }

  /** After the cache knows whether it is active. */
  public void addRoot() {
    synchronized (registry) {
      root = new PathNode(NodeRegistry.ROOT_ID, null, "");
      registry.add(root);
    }
  }

  /**
   * Finds or makes the node of a name in a directory that is used, and counts one lookup.
   *
   * @param type file type bits
   */
  public PathNode find(PathNode parent, String name, int type) {
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
  public void remove(PathNode node) {
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
  public void rename(PathNode node, PathNode to, String newName) {
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
    }
  }

  /** A name that no node of the directory has, to hide a removed file that is open. */
  public String hiddenName(PathNode parent, PathNode node) {
    synchronized (registry) {
      String name;
      do {
        hides++;
        name = ".fuse_hidden%08x%08x".formatted((int) node.nodeid(), hides);
      } while (parent.child(name) != null);
      return name;
    }
  }

  /** The path of a name in a directory that is used; null if it is too long. */
  public String nameIn(PathNode parent, String name) {
    synchronized (registry) {
      return Paths.of(parent, name);
    }
  }

  /** The node at an absolute path, or null; for invalidation. */
  public PathNode at(String path) {
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
  public List<PathNode> tree(PathNode top) {
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

  private void detach(PathNode node) {
    node.parent.removeChild(node);
    node.detached = true;
    registry.forget(node.parent.nodeid(), 1);
    registry.named(node, false);
  }

  // A node that is taken out of its parent's may end that: one after the other, since a chain of
  // them may be longer than the stack.
  private void died(PathNode node) {
    dying.add(node);
    if (burying) {
      return;
    }
    burying = true;
    try {
      for (PathNode next = dying.poll(); next != null; next = dying.poll()) {
        if (!next.detached) {
          detach(next);
        }
      }
    } finally {
      burying = false;
    }
  }
}
