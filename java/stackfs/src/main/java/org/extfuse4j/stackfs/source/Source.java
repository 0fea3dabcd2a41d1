// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Natives;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.StackFsException;
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
 * <p>Its objects are told apart and reached as a {@link Resolver} does it: {@link HandleResolver}
 * if that works here, else {@link NameResolver}.
 */
public final class Source implements AutoCloseable {
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

  // Types of those that a snapshot can freeze (FIFREEZE): ext2 to ext4, XFS, Btrfs, F2FS, JFS,
  // NILFS2,
  // GFS2, ReiserFS.
  private static final Set<Long> FREEZABLE =
      Set.of(
          0xef53L,
          0x58465342L,
          0x9123683eL,
          0xf2f52010L,
          0x3153464aL,
          0x3434L,
          0x01161970L,
          0x52654973L);

  private final int tree;
  private final int mountFd;
  private final boolean hasHandles;
  private final boolean flushes;
  private final Path path;
  private final boolean canFreeze;
  private final Numbering numbering;
  private final InodeNumbers numbers;
  private final CaseRule caseRule;

  public Source(Path path, boolean readOnly) {
    Natives.require();
    this.path = path;
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
    long type = type(mountFd);
    numbering = Numbering.of(mountFd, type);
    hasHandles = numbering.handles() && HandleResolver.works(mountFd);
    flushes = !WITHOUT_FLUSH.contains(type);
    canFreeze = FREEZABLE.contains(type);
    numbers = new InodeNumbers(mountFd, type);
    caseRule = new CaseRule(type);
    if (!hasHandles) {
      log.info(
          "{}: no file handles{}: objects are reached by their names",
          path,
          numbering.inodes() ? "" : " and no lasting inode numbers");
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
    int set = MOUNT_ATTR_NOATIME | (readOnly ? MOUNT_ATTR_RDONLY : 0);
    int errno = setAttributes(fd, set, MOUNT_ATTR_ATIME_MASK);
    if (errno != 0) {
      Syscalls.close(fd);
      throw failure(path, "cannot be made noatime (mount_setattr)", errno);
    }
    return fd;
  }

  /** Returns 0 or an errno. */
  private static int setAttributes(int tree, int set, int clear) {
    try (Memory empty = cString("");
        Memory attributes = new Memory(MOUNT_ATTR_SIZE)) {
      attributes.clear();
      attributes.setLong(0, set);
      attributes.setLong(8, clear);
      int rc = Libc.mountSetattr(tree, address(empty), address(attributes), MOUNT_ATTR_SIZE);
      return rc == 0 ? 0 : Libc.errno();
    }
  }

  /**
   * Lets changes through from now on, of what was opened read-only.
   *
   * @throws StackFsException if the mount refuses it
   */
  public void writable() {
    int errno = setAttributes(tree, 0, MOUNT_ATTR_RDONLY);
    if (errno != 0) {
      throw failure(path, "cannot be made writable (mount_setattr)", errno);
    }
  }

  private static StackFsException failure(Path path, String what, int errno) {
    String hint = errno == Errno.EPERM ? ": run as root (CAP_SYS_ADMIN)" : "";
    return new StackFsException("source " + path + " " + what + ": " + Errno.name(errno) + hint);
  }

  public boolean hasHandles() {
    return hasHandles;
  }

  public Numbering numbering() {
    return numbering;
  }

  private static long type(int fd) {
    try (Memory statfs = new Memory(STATFS_SIZE)) {
      return Syscalls.fstatfs(fd, address(statfs)) < 0 ? -1 : statfs.getLong(0);
    }
  }

  /** Whether close(2) of a file that was written may do something, or fail. */
  public boolean flushes() {
    return flushes;
  }

  /**
   * Waits while the source is frozen (fsfreeze(8), a snapshot that is taken); for who is about to
   * change something below or at {@code fd}, before any lock is taken.
   *
   * <p>The change itself has to be made with the node's lock: nobody may look in between and tell
   * the cache what was before. In a frozen source it waits, for as long as that takes, and so would
   * all who only want to look at the node. Here it waits without. A source that is frozen at the
   * very moment between is the exception.
   *
   * @param fd an O_PATH descriptor of a directory, or of the object that is to change itself
   */
  public void awaitThaw(Scratch s, int fd, boolean directory) {
    if (!canFreeze) {
      return;
    }
    // Both ask for leave to write (mnt_want_write()) and then fail: a name is too long, an
    // attribute's has no namespace.
    if (directory) {
      Syscalls.unlinkat(fd, s.longName, 0);
    } else {
      Syscalls.removexattr(s.procPath(fd), s.noXattr);
    }
  }

  /** The inode numbers that its objects are shown with. */
  public InodeNumbers numbers() {
    return numbers;
  }

  /** Which names mean nothing but themselves. */
  public CaseRule caseRule() {
    return caseRule;
  }

  /** An open directory of the source's file system. */
  public int mountFd() {
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
