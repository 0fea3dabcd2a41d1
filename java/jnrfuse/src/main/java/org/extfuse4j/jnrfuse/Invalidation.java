// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Consumer;
import org.extfuse4j.fuse.Notices;

/** The {@link FuseCache} of one mount: the maps first, then a notice to the kernel. */
final class Invalidation implements FuseCache {
  private final Served m;
  private volatile Notices notices;

  Invalidation(Served m) {
    this.m = m;
  }

  void notices(Notices given) {
    notices = given;
  }

  @Override
  public void invalidateEntry(String parentPath, String name) {
    PathNode parent = m.table.at(parentPath);
    if (parent == null || name.isEmpty()) {
      return;
    }
    byte[] bytes = name.getBytes(UTF_8);
    m.fresh.invalidate(parent, bytes);
    PathNode child;
    synchronized (m.registry) {
      child = parent.child(name);
    }
    if (child != null) {
      m.fresh.invalidate(child);
      tell(to -> to.data(child.nodeid()));
    }
    m.fresh.invalidate(parent);
    tell(to -> to.entry(parent.nodeid(), bytes));
    tell(to -> to.data(parent.nodeid()));
  }

  @Override
  public void invalidateAttributes(String path) {
    PathNode node = m.table.at(path);
    if (node != null) {
      m.fresh.invalidate(node);
      tell(to -> to.data(node.nodeid()));
    }
  }

  @Override
  public void invalidateTree(String path) {
    PathNode top = m.table.at(path);
    if (top == null) {
      return;
    }
    if (top == m.table.root()) {
      invalidateAll();
      return;
    }
    List<PathNode> tree = m.table.tree(top);
    for (PathNode node : tree) {
      invalidateNode(node);
    }
    tellName(top);
    for (PathNode node : tree) {
      tell(to -> to.data(node.nodeid()));
      tell(Notices::awaitRoom);
    }
  }

  @Override
  public void invalidateAll() {
    m.fresh.invalidateAll();
    PathNode root = m.table.root();
    if (root == null) {
      return;
    }
    for (PathNode node : m.table.tree(root)) {
      // In the kernel a directory's name takes all below it with it.
      if (node.parent == root) {
        tellName(node);
      }
      tell(to -> to.data(node.nodeid()));
      tell(Notices::awaitRoom);
    }
  }

  /** What the kernel keeps of a directory's names is not believed any more. */
  void namesOutdated(long nodeid) {
    tell(to -> to.data(nodeid));
  }

  /** Wakes those who poll a file. */
  void wake(long pollHandle) {
    tell(to -> to.poll(pollHandle));
  }

  private void invalidateNode(PathNode node) {
    PathNode parent;
    String name;
    synchronized (m.registry) {
      parent = node.parent;
      name = node.name;
    }
    m.fresh.invalidate(node);
    m.fresh.invalidate(parent, name.getBytes(UTF_8));
  }

  private void tellName(PathNode node) {
    PathNode parent;
    String name;
    synchronized (m.registry) {
      parent = node.parent;
      name = node.name;
    }
    tell(to -> to.entry(parent.nodeid(), name.getBytes(UTF_8)));
  }

  private void tell(Consumer<Notices> notice) {
    Notices to = notices;
    if (to != null) {
      notice.accept(to);
    }
  }
}
