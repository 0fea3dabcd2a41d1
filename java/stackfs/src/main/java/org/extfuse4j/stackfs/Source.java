// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Natives;
import org.extfuse4j.fuse.Syscalls;
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
 * <p>Its objects are told apart and reached as a {@link Reach} does it: {@link ByHandle} if that
 * works here, else {@link ByName}.
 */
final class Source implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Source.class);
  private static final int MOUNT_ATTR_RDONLY = 1;
  private static final int MOUNT_ATTR_NOATIME = 0x10;
  private static final int MOUNT_ATTR_ATIME_MASK = 0x70;
  private static final int MOUNT_ATTR_SIZE = 32;
  private static final int STATFS_SIZE = 120;

  // Types (statfs(2)) of file systems that have no method for close(2) of a descriptor, flush of
  // struct file_operations: ext2 to ext4, XFS, Btrfs, tmpfs.
  private static final Set<Long> WITHOUT_FLUSH =
      Set.of(0xef53L, 0x58465342L, 0x9123683eL, 0x01021994L);

  private final int tree;
  private final int mountFd;
  private final boolean hasHandles;
  private final boolean flushes;
  private final InodeNumbers numbers;
  private final CaseRule caseRule;

  Source(Path path, boolean readOnly) {
    Natives.require();
    tree = clone(path, readOnly);
    int fd = -1;
    try (Memory dot = cString(".")) {
      fd = Syscalls.openat(tree, address(dot), Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
      if (fd < 0) {
        throw failure(path, "cannot be opened", -fd);
      }
    } finally {
      if (fd < 0) {
        Syscalls.close(tree);
      }
    }
    mountFd = fd;
    hasHandles = ByHandle.works(mountFd);
    long type = type(mountFd);
    flushes = !WITHOUT_FLUSH.contains(type);
    numbers = new InodeNumbers(mountFd, type);
    caseRule = new CaseRule(type);
    if (!hasHandles) {
      log.info("{}: no file handles: objects are reached by their names", path);
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
      throw failure(path, "cannot be cloned (open_tree)", Libc.errno());
    }
    try (Memory empty = cString("");
        Memory attributes = new Memory(MOUNT_ATTR_SIZE)) {
      attributes.clear();
      attributes.setLong(0, MOUNT_ATTR_NOATIME | (readOnly ? MOUNT_ATTR_RDONLY : 0));
      attributes.setLong(8, MOUNT_ATTR_ATIME_MASK);
      if (Libc.mountSetattr(fd, address(empty), address(attributes), MOUNT_ATTR_SIZE) != 0) {
        int errno = Libc.errno();
        Syscalls.close(fd);
        throw failure(path, "cannot be made noatime (mount_setattr)", errno);
      }
    }
    return fd;
  }

  private static StackFsException failure(Path path, String what, int errno) {
    String hint = errno == Errno.EPERM ? ": run as root (CAP_SYS_ADMIN)" : "";
    return new StackFsException("source " + path + " " + what + ": " + Errno.name(errno) + hint);
  }

  boolean hasHandles() {
    return hasHandles;
  }

  private static long type(int fd) {
    try (Memory statfs = new Memory(STATFS_SIZE)) {
      return Syscalls.fstatfs(fd, address(statfs)) < 0 ? -1 : statfs.getLong(0);
    }
  }

  /** Whether close(2) of a file that was written may do something, or fail. */
  boolean flushes() {
    return flushes;
  }

  /** The inode numbers that its objects are shown with. */
  InodeNumbers numbers() {
    return numbers;
  }

  /** Which names mean nothing but themselves. */
  CaseRule caseRule() {
    return caseRule;
  }

  /** An open directory of the source's file system. */
  int mountFd() {
    return mountFd;
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
    Syscalls.close(mountFd);
    Syscalls.close(tree);
  }
}
