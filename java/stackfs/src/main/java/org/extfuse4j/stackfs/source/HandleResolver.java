// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.PathFds;
import org.extfuse4j.stackfs.node.StackNode;

/**
 * By file handles (name_to_handle_at(2)): they cost no descriptor, survive every change of names,
 * and never lead to another object when an inode number is used again.
 */
public final class HandleResolver implements Resolver {
  private final int mountFd;

  /** For the file system that holds this open directory. */
  public HandleResolver(int mountFd) {
    this.mountFd = mountFd;
  }

  /**
   * Whether it can be done. Both halves must work: a file system may encode handles that it cannot
   * open, and opening needs CAP_DAC_READ_SEARCH.
   */
  static boolean works(int mountFd) {
    Scratch s = Scratch.get();
    if (s.key.encode(mountFd, 0) != 0) {
      return false;
    }
    int fd = Syscalls.openByHandleAt(mountFd, s.key.address(), Libc.O_PATH | Libc.O_CLOEXEC);
    if (fd < 0) {
      return false;
    }
    Syscalls.close(fd);
    return true;
  }

  @Override
  public int identify(Scratch s, int fd) {
    s.key.inode = 0;
    return s.key.encode(fd, 0);
  }

  @Override
  public int identify(Scratch s, int dir, long name) {
    s.key.inode = 0;
    return s.key.encode(dir, name, 0);
  }

  @Override
  public StackNode newNode(long nodeid, Key key) {
    return new StackNode(nodeid, key);
  }

  @Override
  public int open(Scratch s, StackNode node, PathFds fds) {
    node.copyKey(s.key);
    int flags = Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
    int fd = Syscalls.openByHandleAt(mountFd, s.key.address(), flags);
    return fd < 0 ? fd : fds.install(node, fd);
  }

  @Override
  public void named(StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {}

  @Override
  public boolean unnamed(
      StackNode node, StackNode parent, ByteBuffer name, int offset, int length) {
    return false;
  }

  @Override
  public boolean resolves(StackNode node) {
    return true;
  }

  @Override
  public long beginChange() {
    return 0;
  }

  @Override
  public void endChange(long change) {}

  @Override
  public void died(StackNode node) {}
}
