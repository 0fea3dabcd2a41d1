// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.jnrfuse.FuseCache;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.ops.Served;
import org.extfuse4j.jnrfuse.publish.Notices.Notice;

/** The {@link FuseCache} of one mount: the maps first, then a notice to the kernel. */
public final class Invalidation implements FuseCache, AutoCloseable {
  private final Served m;
  private volatile Notices notices;

  public Invalidation(Served m) {
    this.m = m;
  }

  /** Before the session starts: an Error if the thread of the notices cannot be had. */
  public void session(FuseSession session) {
    Notices made = new Notices(session.notifier(), this::everything, m.failures);
    made.start();
    notices = made;
  }

  private Iterator<Notice> everything() {
    PathNode root = m.table.root();
    if (root == null) {
      return Collections.emptyIterator();
    }
    return m.table.tree(root).stream()
        .flatMap(
            node ->
                // In the kernel a directory's name takes all below it with it.
                node.parent == root
                    ? Stream.of(name(node), new Notices.Data(node.nodeid()))
                    : Stream.of(new Notices.Data(node.nodeid())))
        .iterator();
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
      send(new Notices.Data(child.nodeid()));
    }
    m.fresh.invalidate(parent);
    send(new Notices.Entry(parent.nodeid(), name));
    send(new Notices.Data(parent.nodeid()));
  }

  @Override
  public void invalidateAttributes(String path) {
    PathNode node = m.table.at(path);
    if (node != null) {
      m.fresh.invalidate(node);
      send(new Notices.Data(node.nodeid()));
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
    send(name(top));
    for (PathNode node : tree) {
      send(new Notices.Data(node.nodeid()));
    }
  }

  @Override
  public void invalidateAll() {
    m.fresh.invalidateAll();
    Notices to = notices;
    if (to != null) {
      to.addEverything();
    }
  }

  /** What the kernel keeps of a directory's names is not believed any more. */
  void namesOutdated(long nodeid) {
    send(new Notices.Data(nodeid));
  }

  /** What the kernel was told last of a node is not so any more. */
  public void attributesOutdated(PathNode node) {
    m.fresh.invalidate(node);
    send(new Notices.Attributes(node.nodeid()));
  }

  /** Logs what one of the adapter's own threads has met. */
  void failed(String what, Throwable cause) {
    m.failures.error(FailureLog.kind(what, cause), () -> what + " failed", cause);
  }

  /** Wakes those who poll a file. */
  public void wake(long pollHandle) {
    Notices to = notices;
    if (to != null) {
      to.wake(pollHandle);
    }
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

  private Notice name(PathNode node) {
    synchronized (m.registry) {
      return new Notices.Entry(node.parent.nodeid(), node.name);
    }
  }

  private void send(Notice notice) {
    Notices to = notices;
    if (to != null) {
      to.add(notice);
    }
  }

  @Override
  public void close() {
    Notices to = notices;
    if (to != null) {
      to.close();
    }
  }
}
