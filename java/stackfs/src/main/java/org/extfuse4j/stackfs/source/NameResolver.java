// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.StampedLock;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.NameTable;
import org.extfuse4j.stackfs.node.NamedNode;
import org.extfuse4j.stackfs.node.PathFds;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.LookupOps;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * By names, for sources without file handles (overlayfs, 9p): a node knows a directory and a name
 * in it that led to its object. A descriptor is opened again component by component, from the
 * nearest directory that has one, and what is found must be the object that it was: names also
 * change behind the daemon's back, and inode numbers are used again.
 *
 * <p>Objects are told apart by the inode number that is shown of them, which has the device in it
 * where there are several, and a handle that cannot be opened but has the inode's generation
 * (AT_HANDLE_FID, Linux 6.5). Overlayfs makes such handles, and they outlive a copy up, which times
 * of birth do not. Without one, or with one that is the kernel's own for file systems that make
 * none (9p), the type, the device and the time of birth, if there is one, are looked at too. What
 * has neither generations nor times of birth can show another object where an inode number is used
 * again behind the daemon's back.
 *
 * <p>Where even inode numbers go with the kernel's memory ({@link Numbering}) a name is what lasts:
 * an object that is found under the name of a node, of its type, device and time of birth, is the
 * node's, and the node has the object's number from then on. Such a source does the same: another
 * object of the type that has got the name behind the daemon's back cannot be told from it where
 * there are no times of birth, nor can two names be known to be one file's. They are two nodes, as
 * they are two inodes of the source itself, and the attributes of a file that has several names are
 * not given to the cache, which would not hear of changes by another name.
 *
 * <p>Two names of one file in a lower layer of an overlayfs without index=on are one node, and what
 * is changed by either is changed under the name that was found first.
 *
 * <p>Lock order: nodes' locks, then {@link #changes}, then the registry's monitor, then {@link
 * PathFds}.
 */
public final class NameResolver implements Resolver {
  /** Who finds nodes by their keys. */
  public interface Renumbering {
    /** The node's object has got this key; whether no other node has it. */
    boolean renumber(NamedNode node, Key key);
  }

  private final NodeRegistry<StackNode> registry;
  private final InodeNumbers numbers;
  private final Numbering numbering;
  private final Renumbering renumbering;

  /** Null if inode numbers last. */
  private final NameTable names;

  private final HandleHeads heads = new HandleHeads();

  /** Walks along names hold it for reading; see {@link NamedNode#parent}. */
  private final StampedLock changes = new StampedLock();

  // Guarded by the registry's monitor: directories that a dead node was named in.
  private final ArrayDeque<NamedNode> left = new ArrayDeque<>();
  private boolean leaving;

  public NameResolver(
      NodeRegistry<StackNode> registry,
      InodeNumbers numbers,
      Numbering numbering,
      Renumbering renumbering) {
    this.registry = registry;
    this.numbers = numbers;
    this.numbering = numbering;
    this.renumbering = renumbering;
    this.names = numbering.inodes() ? null : new NameTable();
  }

  @Override
  public int identify(Scratch s, int fd) {
    int rc = Attributes.statx(s, fd);
    if (rc < 0) {
      return rc;
    }
    rc = numbers.renumber(s, fd);
    if (rc < 0) {
      return rc;
    }
    boolean handle = false;
    if (numbering.handles()) {
      rc = s.key.encode(fd, Libc.AT_HANDLE_FID);
      if (rc < 0 && !isWithoutHandles(rc)) {
        return rc;
      }
      handle = rc == 0;
    }
    if (!handle) {
      s.key.clear();
    }
    boolean weak = !handle || s.key.isWithoutGeneration();
    s.key.inode = Attributes.inode(s.statx);
    if (weak) {
      s.key.append(Attributes.mode(s.statx) & Attributes.S_IFMT);
      s.key.append(Attributes.device(s.statx));
      s.key.append(Attributes.birth(s.statx));
    }
    // What the kernel makes begins with the inode number: as many beginnings as objects.
    if (!(handle && weak) && s.key.length() >= Key.SHORT) {
      heads.shorten(s.key);
    }
    return 0;
  }

  // The file system makes none, none of this length, or the kernel does not know the flag. Anything
  // else is of the moment: what is identified without its handle then would be another object.
  private static boolean isWithoutHandles(int error) {
    return error == -Errno.EOPNOTSUPP || error == -Errno.EOVERFLOW || error == -Errno.EINVAL;
  }

  @Override
  public int identify(Scratch s, int dir, long name) {
    return -Errno.EOPNOTSUPP;
  }

  @Override
  public StackNode newNode(long nodeid, Key key) {
    return new NamedNode(nodeid, key);
  }

  @Override
  public int open(Scratch s, StackNode node, PathFds fds) {
    long walk = changes.readLock();
    NamedNode reached = null;
    try {
      while (true) {
        NamedNode from = reached;
        NamedNode next = (NamedNode) node;
        synchronized (registry) {
          // Up to the nearest that has a descriptor: the one reached last, or below it. Renames
          // behind the daemon's back may have left a circle of names: a second, slower climber
          // would be met.
          NamedNode at = next;
          NamedNode slow = next;
          boolean moveSlow = false;
          while (!fds.acquireOpen(at)) {
            next = at;
            at = at.parent;
            if (at == null || at == slow) {
              return -Errno.ESTALE;
            }
            slow = moveSlow ? slow.parent : slow;
            moveSlow = !moveSlow;
          }
          reached = at;
          if (at != node) {
            s.putName(next.name);
          }
        }
        if (from != null) {
          fds.release(from);
        }
        if (reached == node) {
          reached = null; // the caller's
          return node.fd;
        }
        int rc = step(s, reached.fd, next, fds);
        if (rc < 0) {
          return rc;
        }
        fds.release(reached);
        reached = next;
      }
    } finally {
      if (reached != null) {
        fds.release(reached);
      }
      changes.unlockRead(walk);
    }
  }

  // The node's descriptor, acquired, by its name in the directory.
  private int step(Scratch s, int dir, NamedNode node, PathFds fds) {
    int fd = LookupOps.openChild(dir, s.nameAddress);
    if (fd < 0) {
      return fd == -Errno.ENOENT || fd == -Errno.ENOTDIR ? -Errno.ESTALE : fd;
    }
    int rc = identify(s, fd);
    if (rc < 0 || !isObject(s.key, node)) {
      Syscalls.close(fd);
      return rc < 0 ? rc : -Errno.ESTALE;
    }
    return fds.install(node, fd);
  }

  private boolean isObject(Key key, NamedNode node) {
    if (node.isKeyed(key)) {
      return true;
    }
    return names != null && node.isLike(key) && renumbering.renumber(node, key);
  }

  @Override
  public StackNode findNamed(Key key, StackNode parent, ByteBuffer name, int offset, int length) {
    NamedNode node = names == null ? null : names.find(parent, name, offset, length);
    return node != null && node.isLike(key) && renumbering.renumber(node, key) ? node : null;
  }

  @Override
  public boolean findsLinks() {
    return numbering.inodes();
  }

  /**
   * A directory that a node is named in is held like one that the kernel looked up: it lives, and
   * is told of its own new names, as long as a walk may lead through it.
   */
  @Override
  public void named(StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    NamedNode named = (NamedNode) node;
    if (named.isNamed(parent, name, offset, length)) {
      return;
    }
    byte[] bytes = new byte[length];
    name.get(offset, bytes);
    registry.retain(parent);
    NamedNode before = named.parent;
    if (names != null) {
      if (before != null) {
        names.remove(named);
      }
      NamedNode other = names.find(parent, name, offset, length);
      if (other != null) {
        died(other); // a name leads to one object: what it led to is another one
      }
    }
    named.parent = (NamedNode) parent;
    named.name = bytes;
    if (names != null) {
      names.add(named);
    }
    leave(before);
  }

  @Override
  public boolean unnamed(
      StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    NamedNode named = (NamedNode) node;
    if (!named.isNamed(parent, name, offset, length)) {
      return false;
    }
    died(named);
    return true;
  }

  @Override
  public StackNode parent(StackNode node) {
    return ((NamedNode) node).parent;
  }

  @Override
  public boolean resolves(StackNode node) {
    return ((NamedNode) node).parent != null;
  }

  @Override
  public long beginChange() {
    return changes.writeLock();
  }

  @Override
  public void endChange(long change) {
    changes.unlockWrite(change);
  }

  @Override
  public void died(StackNode node) {
    NamedNode named = (NamedNode) node;
    NamedNode parent = named.parent;
    if (names != null && parent != null) {
      names.remove(named);
    }
    named.parent = null;
    named.name = null;
    leave(parent);
  }

  // The directory may die of this, and the one that it is named in, and so on: a loop, because
  // trees can be deeper than stacks.
  private void leave(NamedNode parent) {
    if (parent == null) {
      return;
    }
    left.add(parent);
    if (leaving) {
      return;
    }
    leaving = true;
    for (NamedNode p = left.poll(); p != null; p = left.poll()) {
      registry.forget(p.nodeid(), 1);
    }
    leaving = false;
  }
}
