// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.StackFsException;
import org.extfuse4j.stackfs.source.HandleResolver;
import org.extfuse4j.stackfs.source.Key;
import org.extfuse4j.stackfs.source.NameResolver;
import org.extfuse4j.stackfs.source.Resolver;
import org.extfuse4j.stackfs.source.Scratch;
import org.extfuse4j.stackfs.source.Source;

/**
 * The nodes of a mount: which object of the source each stands for, how it is found by that and by
 * the names that lead to it, and how long it lives.
 *
 * <p>Lock order: {@link NodeLocks}, then what a {@link Resolver} keeps, then the registry's
 * monitor, then {@link PathFds}. Identities are guarded by the registry's monitor.
 */
public final class Nodes {
  public final NodeLocks locks = new NodeLocks();
  public final NodeRegistry<StackNode> registry;
  public final Resolver resolver;
  public final PathFds fds;

  /** Those that have died lately because the kernel had forgotten them. */
  public final Forgotten forgotten = new Forgotten();

  private final Source source;
  private final Consumer<StackNode> died;
  private final IdentityTable identities = new IdentityTable();

  /**
   * No nodes yet.
   *
   * @param died told, inside the registry's monitor, of each node that has died
   */
  public Nodes(Source source, MetadataCache cache, Consumer<StackNode> died) {
    this.source = source;
    this.died = died;
    this.registry = new NodeRegistry<>(cache, locks, this::died);
    this.resolver = source.hasHandles() ? new HandleResolver(source.mountFd()) : nameResolver();
    this.fds = new PathFds(resolver);
  }

  private NameResolver nameResolver() {
    return new NameResolver(registry, source.numbers(), source.numbering(), this::renumber);
  }

  private boolean renumber(NamedNode node, Key key) {
    synchronized (registry) {
      // One that is not there is not to be found any more.
      if (identities.find(key) != null || !identities.remove(node)) {
        return false;
      }
      node.renumber(key.inode);
      identities.add(node);
      return true;
    }
  }

  /** Makes the root's node; after the cache knows whether it is active. */
  public void addRoot() {
    Scratch s = Scratch.get();
    int rc = resolver.identify(s, source.mountFd());
    if (rc < 0) {
      throw new StackFsException("the source's root cannot be identified: " + Errno.name(-rc));
    }
    StackNode root = resolver.newNode(NodeRegistry.ROOT_ID, s.key);
    root.fd = source.mountFd();
    root.fdUsers = 1; // never closed here
    synchronized (registry) {
      identities.add(root);
      registry.add(root);
    }
  }

  /**
   * Finds or makes the node of what {@code fd} refers to and counts one lookup of it; with the lock
   * of the parent's node. The descriptor becomes the node's (or is closed), and the node's is
   * acquired.
   *
   * @param parent in which the name, at {@code offset}, leads to the object; null if none does
   * @param created whether the object was just made by this request: then it never is an existing
   *     node, whatever the source says of its identity
   * @return null if the object cannot be identified: {@link Scratch#error} has the errno
   */
  public StackNode intern(
      Scratch s,
      int fd,
      boolean created,
      StackNode parent,
      ByteBuffer name,
      int offset,
      int length) {
    int rc = resolver.identify(s, fd);
    if (rc < 0) {
      s.error = rc;
      Syscalls.close(fd);
      return null;
    }
    StackNode node;
    synchronized (registry) {
      node = created ? identities.find(s.key) : find(s, parent, name, offset, length);
      if (node != null && created) {
        identities.remove(node);
        node = null;
      }
      if (node == null) {
        node = addNode(s, created);
        if (created) {
          node.knowNew(s.epoch);
        }
      }
      registry.retain(node);
      if (parent != null) {
        resolver.named(node, parent, name, offset, length);
      }
    }
    fds.install(node, fd);
    if (parent == null) {
      fds.pin(node);
    } else if (node.pin != PathFds.UNPINNED) {
      unpin(node);
    }
    return node;
  }

  /**
   * Finds the node that a name leads to if it has a descriptor already, without opening another
   * one, and counts one lookup of it; with the lock of the parent's node. The descriptor is
   * acquired. Most names that the kernel asks for again lead to such a node, most that it walks
   * through once do not: so it is tried while it goes well, and now and then.
   *
   * @return null if the name has to be opened, and then {@link Scratch#error} is 0, or if that
   *     would fail: then it has the errno
   */
  public StackNode internOpen(Scratch s, int dir, long name) {
    s.error = 0;
    if (!s.openPredictor.shouldTry()) {
      return null;
    }
    int rc = resolver.identify(s, dir, name);
    if (rc < 0) {
      s.error = rc == -Errno.ENOENT ? rc : 0;
      return null;
    }
    StackNode node;
    synchronized (registry) {
      node = identities.find(s.key);
      if (node == null || node.pin != PathFds.UNPINNED || !fds.acquireOpen(node)) {
        s.openPredictor.was(false);
        return null;
      }
      registry.retain(node);
    }
    s.openPredictor.was(true);
    return node;
  }

  /** The same for a name of a request. */
  public StackNode intern(
      Scratch s, int fd, boolean created, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    return intern(s, fd, created, parent, rq.buffer(), offset, rq.nameLength(name));
  }

  /**
   * Finds or makes the node of the object with the key in the scratch, which no descriptor comes
   * with, and counts one lookup of it; with the lock of the parent's node.
   */
  public StackNode internWithoutOpening(Scratch s) {
    synchronized (registry) {
      StackNode node = identities.find(s.key);
      if (node == null) {
        node = addNode(s, false);
      }
      registry.retain(node);
      return node;
    }
  }

  private void unpin(StackNode node) {
    synchronized (registry) {
      if (resolver.resolves(node)) {
        fds.unpin(node);
      }
    }
  }

  /** The name leads to this node now; with the locks of both, and the node's fd acquired. */
  public void named(StackNode node, StackNode parent, Request rq, int name) {
    synchronized (registry) {
      if (!node.dead) { // since it was found
        resolver.named(node, parent, rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
        fds.unpin(node);
      }
    }
  }

  /**
   * The name does not lead to this node any more; with the locks of both, and the node's fd
   * acquired. If no other name is known, that is pinned.
   */
  public void unnamed(StackNode node, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    synchronized (registry) {
      if (resolver.unnamed(node, parent, rq.buffer(), offset, rq.nameLength(name))) {
        fds.pin(node);
      }
    }
  }

  /**
   * The object has lost its last name, and lives as long as it is in use; with the node's fd
   * acquired. It is not found again: another object may get its key.
   */
  public void unlinked(StackNode node) {
    synchronized (registry) {
      identities.remove(node);
      fds.pin(node);
    }
  }

  // A node of the object with the key in the scratch, which has none; inside the registry's
  // monitor.
  private StackNode addNode(Scratch s, boolean created) {
    StackNode before = forgotten.take(s.key);
    return addNode(s, before == null || created ? registry.newId() : before.nodeid());
  }

  private StackNode addNode(Scratch s, long nodeid) {
    StackNode node = resolver.newNode(nodeid, s.key);
    identities.add(node);
    registry.add(node);
    return node;
  }

  /** The node that has this nodeid or had it lately, for one more lookup; null if none. */
  public StackNode retainAgain(Scratch s, long nodeid) {
    synchronized (registry) {
      StackNode node = registry.find(nodeid);
      if (node == null) {
        StackNode before = forgotten.take(nodeid);
        if (before == null) {
          return null;
        }
        before.copyKey(s.key);
        s.key.inode = before.inode();
        node = addNode(s, nodeid);
      }
      registry.retain(node);
      return node;
    }
  }

  /** The node that a node is named in ({@link Resolver#parent}), for one more lookup, or null. */
  public StackNode retainParent(StackNode node) {
    synchronized (registry) {
      StackNode parent = resolver.parent(node);
      if (parent != null) {
        registry.retain(parent);
      }
      return parent;
    }
  }

  /**
   * The node of the object with the key in the scratch, or null if the kernel knows none.
   *
   * @param parent in which the name of the request led to the object
   */
  public StackNode find(Scratch s, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    return find(s, parent, rq.buffer(), offset, rq.nameLength(name));
  }

  private StackNode find(Scratch s, StackNode parent, ByteBuffer name, int offset, int length) {
    synchronized (registry) {
      StackNode node = identities.find(s.key);
      return node != null || parent == null
          ? node
          : resolver.findNamed(s.key, parent, name, offset, length);
    }
  }

  private void died(StackNode node) {
    boolean known = identities.remove(node);
    resolver.died(node);
    if (known && source.hasHandles()) {
      forgotten.add(node);
    }
    fds.drop(node);
    died.accept(node);
  }
}
