// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.fuse.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tree that is passed through: a private copy of the mount that holds the source directory
 * (open_tree(2), as {@code mount --bind} would make it), so that
 *
 * <ul>
 *   <li>nothing that is mounted below the source is in it, and so neither is this mount itself: the
 *       daemon cannot wait on itself;
 *   <li>it is noatime: reading changes no attribute, so none of a file that is only read goes
 *       stale. Access times are those of the last explicit change.
 * </ul>
 *
 * <p>Objects are kept as file handles (name_to_handle_at(2)), which cost no descriptor and never
 * lead to another object when an inode number is used again. Where the source has none, a node
 * keeps an O_PATH descriptor while it lives, and that pins the inode number.
 */
final class Source implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Source.class);
  private static final int MOUNT_ATTR_RDONLY = 1;
  private static final int MOUNT_ATTR_NOATIME = 0x10;
  private static final int MOUNT_ATTR_ATIME_MASK = 0x70;
  private static final int MOUNT_ATTR_SIZE = 32;
  private static final int MAX_HANDLE = 128;
  private static final int HANDLE_BYTES = 0;
  private static final int HANDLE_TYPE = 4;
  private static final int DEVICE_AND_INODE_KEY = 20;

  private final int tree;
  private final int mountFd;
  private final boolean hasHandles;

  Source(Path path, boolean readOnly) {
    tree = clone(path, readOnly);
    int fd = -1;
    try (Memory dot = cString(".")) {
      fd = Libc.openat(tree, address(dot), Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
      if (fd < 0) {
        throw failure(path, "cannot be opened");
      }
    } finally {
      if (fd < 0) {
        Libc.close(tree);
      }
    }
    mountFd = fd;
    hasHandles = probeHandles();
    if (!hasHandles) {
      log.info("{}: no file handles: every node keeps a descriptor", path);
    }
  }

  private static int clone(Path path, boolean readOnly) {
    if (!Files.exists(path)) {
      throw new StackFsException("source " + path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      throw new StackFsException("source " + path + " is not a directory");
    }
    int fd;
    try (Memory name = cString(path.toAbsolutePath().toString())) {
      fd = Libc.openTreeClone(address(name));
    }
    if (fd < 0) {
      throw failure(path, "cannot be cloned (open_tree)");
    }
    try (Memory empty = cString("");
        Memory attributes = new Memory(MOUNT_ATTR_SIZE)) {
      attributes.clear();
      attributes.setLong(0, MOUNT_ATTR_NOATIME | (readOnly ? MOUNT_ATTR_RDONLY : 0));
      attributes.setLong(8, MOUNT_ATTR_ATIME_MASK);
      if (Libc.mountSetattr(fd, address(empty), address(attributes), MOUNT_ATTR_SIZE) != 0) {
        StackFsException failure = failure(path, "cannot be made noatime (mount_setattr)");
        Libc.close(fd);
        throw failure;
      }
    }
    return fd;
  }

  private static StackFsException failure(Path path, String what) {
    int errno = Libc.errno();
    String hint = errno == Errno.EPERM ? ": run as root (CAP_SYS_ADMIN)" : "";
    return new StackFsException("source " + path + " " + what + ": " + Errno.name(errno) + hint);
  }

  // Both halves must work: a file system may encode handles it cannot open, and opening needs
  // CAP_DAC_READ_SEARCH.
  private boolean probeHandles() {
    Scratch s = Scratch.get();
    if (encode(s, mountFd) != 0) {
      return false;
    }
    int fd = Libc.open_by_handle_at(mountFd, s.handleAddress, Libc.O_PATH | Libc.O_CLOEXEC);
    if (fd < 0) {
      return false;
    }
    Libc.close(fd);
    return true;
  }

  boolean hasHandles() {
    return hasHandles;
  }

  /** An open directory of the source's file system. */
  int mountFd() {
    return mountFd;
  }

  /**
   * Writes the key of what {@code fd} refers to into {@link Scratch#key}: handle type and handle.
   *
   * @return the key's length, or a negative errno
   */
  int identify(Scratch s, int fd) {
    if (hasHandles) {
      int rc = encode(s, fd);
      return rc < 0 ? rc : Integer.BYTES + s.handle.getInt(HANDLE_BYTES);
    }
    int rc = Attributes.statx(s, fd);
    if (rc < 0) {
      return rc;
    }
    s.handle.putInt(HANDLE_TYPE, -1);
    s.handle.putLong(HANDLE_TYPE + 4, Attributes.device(s.statx));
    s.handle.putLong(HANDLE_TYPE + 12, Attributes.inode(s.statx));
    return DEVICE_AND_INODE_KEY;
  }

  /** Opens the object of a node with O_PATH; returns a descriptor or a negative errno. */
  int openPath(Scratch s, StackNode node) {
    s.handle.putInt(HANDLE_BYTES, node.key.length - Integer.BYTES);
    s.handle.put(HANDLE_TYPE, node.key);
    int flags = Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
    int fd = Libc.open_by_handle_at(mountFd, s.handleAddress, flags);
    return fd < 0 ? -Libc.errno() : fd;
  }

  private static int encode(Scratch s, int fd) {
    s.handle.putInt(HANDLE_BYTES, MAX_HANDLE);
    int rc =
        Libc.name_to_handle_at(
            fd, s.emptyPath, s.handleAddress, s.mountIdAddress, Libc.AT_EMPTY_PATH);
    return rc < 0 ? -Libc.errno() : 0;
  }

  private static Memory cString(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }

  private static long address(Memory memory) {
    return Pointer.nativeValue(memory);
  }

  @Override
  public void close() {
    Libc.close(mountFd);
    Libc.close(tree);
  }
}
