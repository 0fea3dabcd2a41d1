// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.StampedLock;
import org.extfuse4j.cache.NodeRegistry;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Syscalls;

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
 * <p>Two names of one file in a lower layer of an overlayfs without index=on are one node, and what
 * is changed by either is changed under the name that was found first.
 *
 * <p>Lock order: nodes' locks, then {@link #changes}, then the registry's monitor, then {@link
 * PathFds}.
 */
final class ByName implements Reach {
  /** FILEID_INO64_GEN of linux/exportfs.h: made by the kernel for any file system. */
  private static final int MADE_BY_THE_KERNEL = 0x81;

  private final NodeRegistry<StackNode> registry;
  private final InodeNumbers numbers;
  private final HandleHeads heads = new HandleHeads();

  /** Walks along names hold it for reading; see {@link NamedNode#parent}. */
  private final StampedLock changes = new StampedLock();

  // Guarded by the registry's monitor: directories that a dead node was named in.
  private final ArrayDeque<NamedNode> left = new ArrayDeque<>();
  private boolean leaving;

  ByName(NodeRegistry<StackNode> registry, InodeNumbers numbers) {
    this.registry = registry;
    this.numbers = numbers;
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
    boolean weak = false;
    if (s.key.encode(fd, Libc.AT_HANDLE_FID) < 0) {
      s.key.clear();
      weak = true;
    } else if (s.key.type() == MADE_BY_THE_KERNEL) {
      weak = true;
    }
    s.key.inode = Attributes.inode(s.statx);
    if (weak) {
      s.key.append(Attributes.mode(s.statx) & Attributes.S_IFMT);
      s.key.append(Attributes.device(s.statx));
      s.key.append(Attributes.birth(s.statx));
    } else if (s.key.length() >= Key.SHORT) {
      heads.shorten(s.key);
    }
    return 0;
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
    if (identify(s, fd) < 0 || !node.isKeyed(s.key)) {
      Syscalls.close(fd);
      return -Errno.ESTALE;
    }
    return fds.install(node, fd);
  }

  /**
   * A directory that a node is named in is held like one that the kernel looked up: it lives, and
   * is told of its own new names, as long as a walk may lead through it.
   */
  @Override
  public void named(StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    NamedNode named = (NamedNode) node;
    if (isNamed(named, parent, name, offset, length)) {
      return;
    }
    byte[] bytes = new byte[length];
    name.get(offset, bytes);
    registry.retain(parent);
    NamedNode before = named.parent;
    named.parent = (NamedNode) parent;
    named.name = bytes;
    leave(before);
  }

  @Override
  public boolean unnamed(
      StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    NamedNode named = (NamedNode) node;
    if (!isNamed(named, parent, name, offset, length)) {
      return false;
    }
    died(named);
    return true;
  }

  private static boolean isNamed(
      NamedNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    if (node.parent != parent || node.name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (node.name[i] != name.get(offset + i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean reaches(StackNode node) {
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
