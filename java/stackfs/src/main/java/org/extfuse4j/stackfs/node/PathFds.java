// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import java.util.ArrayDeque;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Resolver;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * O_PATH descriptors of nodes: a bounded number, of which those of objects that nothing else leads
 * to are pinned; more only while they are in use.
 *
 * <p>Pinned are objects without a name and, where names are what leads to an object, those that
 * have lost the name that the daemon knows. There is a bound for them too. Beyond it the oldest is
 * given up: a hard link is found again by the next lookup of another name, and a deleted file by
 * the one of its open files that was opened last, if that is open still; what remains, such as the
 * deleted working directory of a process, answers ESTALE.
 *
 * <p>Its monitor is the innermost lock but that of {@link LateClose}.
 */
public final class PathFds {
  public static final byte UNPINNED = 0;
  static final byte PINNED = 1;
  static final byte GIVEN_UP = 2;

  /** Of all descriptors here; with the rest of the daemon's that stays well below 1,024. */
  public static final int LIMIT = 512;

  /** Of those that are pinned. */
  public static final int PINNED_LIMIT = 256;

  private final Resolver resolver;
  private final LateClose late = new LateClose();
  private int limit = LIMIT;
  // Each node that has a descriptor is in one of these, in the order in which they got it.
  private final ArrayDeque<StackNode> ring = new ArrayDeque<>();
  private final ArrayDeque<StackNode> pinned = new ArrayDeque<>();

  public PathFds(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * A descriptor of the node's object, until {@link #release}.
   *
   * @return the descriptor or a negative errno (-ESTALE: the object is gone)
   */
  public int acquire(Scratch s, StackNode node) {
    if (acquireOpen(node)) {
      return node.fd;
    }
    int fd = resolver.open(s, node, this);
    return fd == -Errno.ESTALE ? byFile(s, node) : fd;
  }

  /** Acquires the node's descriptor if it has one. */
  public synchronized boolean acquireOpen(StackNode node) {
    if (node.fd < 0) {
      return false;
    }
    node.fdUsers++;
    return true;
  }

  // The file may be closed meanwhile, and its number another's.
  private int byFile(Scratch s, StackNode node) {
    int file;
    synchronized (this) {
      file = node.file;
    }
    int fd = file < 0 ? -Errno.ESTALE : openSame(s, file);
    if (fd < 0) {
      return -Errno.ESTALE;
    }
    if (resolver.identify(s, fd) < 0 || !node.isKeyed(s.key)) {
      Syscalls.close(fd);
      return -Errno.ESTALE;
    }
    return install(node, fd);
  }

  /** The object of an open file with O_PATH, whatever its name means by now, or negative errno. */
  public static int openSame(Scratch s, int file) {
    return Syscalls.open(s.procPath(file), Libc.O_PATH | Libc.O_CLOEXEC);
  }

  /** Gives a descriptor that was just opened to its node, and acquires the one the node has. */
  public synchronized int install(StackNode node, int fd) {
    node.fdUsers++;
    if (node.fd >= 0) {
      Syscalls.close(fd);
      return node.fd;
    }
    node.fd = fd;
    if (!node.dead) {
      ring.add(node);
      trim();
    }
    return fd;
  }

  public synchronized void release(StackNode node) {
    node.fdUsers--;
    if (node.dead) {
      closeUnused(node);
    }
  }

  /** The descriptor, which is acquired, is the only way to the object. */
  public synchronized void pin(StackNode node) {
    if (node.pin != PINNED && !node.dead) {
      node.pin = PINNED;
      ring.remove(node);
      pinned.add(node);
      trim();
    }
  }

  /** The object can be reached by a name again. */
  public synchronized void unpin(StackNode node) {
    if (node.pin == PINNED && !node.dead) {
      pinned.remove(node);
      ring.add(node);
    }
    node.pin = UNPINNED;
  }

  /** A file of the node has been opened. */
  public synchronized void opened(StackNode node, int file) {
    node.file = file;
  }

  /** A file of the node is about to be closed; if it was all that led to the object, pins that. */
  public void closing(StackNode node, int file) {
    synchronized (this) {
      if (node.file != file) {
        return;
      }
      if (node.pin != GIVEN_UP || node.fd >= 0) {
        node.file = -1;
        return;
      }
    }
    int fd = openSame(Scratch.get(), file);
    if (fd >= 0) {
      install(node, fd);
      pin(node);
      release(node);
    }
    synchronized (this) {
      node.file = node.file == file ? -1 : node.file;
    }
  }

  /** The node has died. */
  public synchronized void drop(StackNode node) {
    if (node.fd >= 0) {
      (node.pin == PINNED ? pinned : ring).remove(node);
    }
    node.dead = true;
    closeUnused(node);
  }

  /** Another limit than {@link #LIMIT}: few files are enough then to have their place taken. */
  public synchronized void limit(int limit) {
    this.limit = limit;
  }

  /** Closes all; after the session has ended. */
  public void close() {
    synchronized (this) {
      ring.forEach(this::close);
      ring.clear();
      pinned.forEach(this::close);
      pinned.clear();
    }
    late.close();
  }

  private void trim() {
    trim(pinned, PINNED_LIMIT);
    trim(ring, limit - pinned.size());
  }

  private void trim(ArrayDeque<StackNode> nodes, int limit) {
    for (int tries = nodes.size(); nodes.size() > limit && tries > 0; tries--) {
      StackNode oldest = nodes.poll();
      if (oldest.fdUsers > 0) {
        nodes.add(oldest);
      } else {
        oldest.pin = oldest.pin == PINNED ? GIVEN_UP : oldest.pin;
        closeUnused(oldest);
      }
    }
  }

  private void closeUnused(StackNode node) {
    if (node.fd >= 0 && node.fdUsers == 0) {
      close(node);
    }
  }

  private void close(StackNode node) {
    if (node.pin == UNPINNED) {
      Syscalls.close(node.fd);
    } else {
      late.close(node.fd);
    }
    node.fd = -1;
  }
}
