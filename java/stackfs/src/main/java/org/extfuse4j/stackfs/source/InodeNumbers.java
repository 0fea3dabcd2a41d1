// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.collections.IntHashSet;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.CacheCheck;
import org.extfuse4j.stackfs.StackFsException;
import org.extfuse4j.stackfs.ops.LookupOps;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * The inode numbers that the mount shows. It has one st_dev, and its source may have objects of
 * several devices with the same numbers (Btrfs: each subvolume and snapshot; overlayfs: each layer
 * on another file system), which tar, cp, rsync and find would take for hard links or loops.
 *
 * <p>A number of the root's device is shown as it is. Of another device the lower {@value #SHIFT}
 * bits are kept, and above them is a tag of the device's own. So that a number with bits up there
 * never meets a tagged one, tags are handed out for each device and each value of its numbers'
 * upper bits, those of the root's device having the first claim to themselves. When no tag is left
 * an object cannot be shown (EOVERFLOW): two are never shown with one number.
 *
 * <p>A tag comes from the file system's ID (f_fsid of statfs(2), in which Btrfs has the subvolume),
 * so that it is the same for the next mount and for who checks this one ({@link CacheCheck}),
 * unless two meet; or, where it is the root's, from the device's number, which is one for as long
 * as the source is mounted.
 *
 * <p>Thread-safe. Its monitor is taken inside all others.
 */
public final class InodeNumbers {
  private static final int SHIFT = 40;
  private static final long LOW = (1L << SHIFT) - 1;
  private static final int TAGS = 1 << (Long.SIZE - SHIFT);

  // Types (statfs(2)) of file systems that have objects of several devices.
  private static final long BTRFS = 0x9123683eL;
  private static final long OVERLAYFS = 0x794c7630L;

  // struct statfs of 64-bit Linux.
  private static final int STATFS_SIZE = 120;
  private static final int FSID = 56;

  private static final long NO_TAG = -1;

  /** Which entries of a directory may be another number than getdents64(2) says. */
  private enum Listed {
    /** None: all is of one device, as far as is known. */
    AS_THEY_ARE,
    /**
     * Directories: they may be the root of a subvolume, for which Btrfs says the subvolume's ID.
     */
    DIRECTORIES,
    /** All, until an object that is no directory has shown whether overlayfs has one device. */
    UNDECIDED,
    ALL
  }

  private final long rootDevice;
  private final long rootId;
  private volatile Listed listed;

  // A bit for each value of the upper bits that the root's device has for itself; made when needed.
  private volatile AtomicLongArray roots;

  // Guarded by this: from device and upper bits to the tag, and the tags that are in use.
  private final Long2LongHashMap tags = new Long2LongHashMap(NO_TAG);
  private final IntHashSet used = new IntHashSet();
  private final LongHashSet learned = new LongHashSet();

  /**
   * The numbers of a source.
   *
   * @param root a descriptor of its root
   * @param type of its file system, by statfs(2)
   * @throws StackFsException if it cannot be looked at
   */
  public InodeNumbers(int root, long type) {
    Scratch s = Scratch.get();
    int rc = Attributes.statx(s, root);
    if (rc < 0) {
      throw new StackFsException("the source's root cannot be looked at: " + Errno.name(-rc));
    }
    rootDevice = Attributes.device(s.statx);
    rootId = fileSystemId(root);
    listed =
        type == BTRFS
            ? Listed.DIRECTORIES
            : type == OVERLAYFS ? Listed.UNDECIDED : Listed.AS_THEY_ARE;
  }

  /**
   * Puts the number that is shown in the place of the source's, in the struct statx of the scratch,
   * which tells of what a path leads to.
   *
   * @return 0 or a negative errno
   */
  public int renumber(Scratch s, int directory, long path) {
    long device = Attributes.device(s.statx);
    long inode = Attributes.inode(s.statx);
    if (listed == Listed.UNDECIDED && !Attributes.isDirectory(s.statx)) {
      listed = device == rootDevice ? Listed.AS_THEY_ARE : Listed.ALL;
    }
    if (device == rootDevice && inode >>> SHIFT == 0) {
      return 0;
    }
    long number = number(s, device, inode, directory, path);
    if (s.error == 0) {
      Attributes.inode(s.statx, number);
    }
    return s.error;
  }

  /** The same of what a descriptor refers to. */
  public int renumber(Scratch s, int fd) {
    return renumber(s, fd, s.emptyPath);
  }

  /**
   * The number that is shown.
   *
   * @param directory from which a path leads to something of the device
   * @return if {@link Scratch#error}, which is set, is 0
   */
  long number(Scratch s, long device, long inode, int directory, long path) {
    s.error = 0;
    int high = (int) (inode >>> SHIFT);
    if (device == rootDevice && (high == 0 || isRoots(high))) {
      return inode;
    }
    long key = key(device, high);
    long tag = find(key);
    if (tag == NO_TAG) {
      long id = device == rootDevice ? 0 : id(s, device, directory, path);
      if (s.error != 0) {
        return 0;
      }
      tag = device == rootDevice ? addRoots(key, high) : add(key, preferred(id, high));
    }
    if (tag == NO_TAG) {
      s.error = -Errno.EOVERFLOW;
      return 0;
    }
    return tag << SHIFT | (inode & LOW);
  }

  /** Whether a name's number must be looked for, of an entry of this type (struct dirent64). */
  boolean mayDiffer(byte type) {
    return switch (listed) {
      case AS_THEY_ARE -> false;
      case DIRECTORIES -> type == ListedNumbers.DT_DIR || type == ListedNumbers.DT_UNKNOWN;
      case UNDECIDED, ALL -> true;
    };
  }

  /** Whether the names of a directory may be of another device than the root's. */
  boolean mayHaveSeveral() {
    return listed != Listed.AS_THEY_ARE;
  }

  long rootDevice() {
    return rootDevice;
  }

  /**
   * Takes another's tag from its number of an object, once for each: for who checks what a daemon
   * tells, where two devices' tags may have met in another order.
   */
  synchronized void learn(long device, long inode, long shown) {
    int high = (int) (inode >>> SHIFT);
    int tag = (int) (shown >>> SHIFT);
    long key = key(device, high);
    if (tag == 0 || isRoots(tag) || (shown & LOW) != (inode & LOW) || !isKnown(key)) {
      return;
    }
    long owner = NO_TAG;
    for (var i = tags.entrySet().iterator(); i.hasNext(); ) {
      i.next();
      owner = i.getLongValue() == tag ? i.getLongKey() : owner;
    }
    if (learned.contains(key) || (owner != NO_TAG && learned.contains(owner))) {
      return;
    }
    if (owner != NO_TAG) {
      tags.remove(owner); // and gets the next that is free
    }
    used.remove((int) tags.remove(key));
    learned.add(key);
    take(key, tag);
  }

  // A dev_t of Linux has 32 bits.
  private static long key(long device, int high) {
    return (long) high << Integer.SIZE | (device >>> Integer.SIZE) << 20 | (device & 0xfffff);
  }

  private synchronized long find(long key) {
    return tags.get(key);
  }

  private boolean isRoots(int high) {
    AtomicLongArray bits = roots;
    return bits != null && (bits.get(high / Long.SIZE) & 1L << high) != 0;
  }

  private synchronized long addRoots(long key, int high) {
    if (used.contains(high)) {
      return isKnown(key) ? tags.get(key) : add(key, high);
    }
    if (roots == null) {
      roots = new AtomicLongArray(TAGS / Long.SIZE);
    }
    roots.set(high / Long.SIZE, roots.get(high / Long.SIZE) | 1L << high);
    return high;
  }

  // The tag, the preferred one or the next that is free.
  private synchronized long add(long key, int preferred) {
    if (device(key) != device(key(rootDevice, 0)) && listed != Listed.DIRECTORIES) {
      listed = Listed.ALL;
    }
    if (isKnown(key)) {
      return tags.get(key);
    }
    for (int i = 0; i < TAGS; i++) {
      int tag = (preferred + i) & (TAGS - 1);
      if (isFree(tag)) {
        take(key, tag);
        return tag;
      }
    }
    return NO_TAG;
  }

  private static int device(long key) {
    return (int) key;
  }

  private boolean isKnown(long key) {
    return tags.containsKey(key);
  }

  private boolean isFree(int tag) {
    return tag != 0 && !isRoots(tag) && !used.contains(tag);
  }

  private void take(long key, int tag) {
    tags.put(key, tag);
    used.add(tag);
  }

  private static int preferred(long id, int high) {
    return (int) (((id * 31 + high) * 0x9e3779b97f4a7c15L) >>> SHIFT);
  }

  // What tells a device from others, for longer than the number that it happens to have.
  private long id(Scratch s, long device, int directory, long path) {
    boolean isDirectory = path == s.emptyPath;
    int fd = isDirectory ? directory : LookupOps.openChild(directory, path);
    if (fd < 0) {
      s.error = fd;
      return 0;
    }
    try {
      long id = fileSystemId(fd);
      return id == 0 || id == rootId ? device : id;
    } finally {
      if (!isDirectory) {
        Syscalls.close(fd);
      }
    }
  }

  private static long fileSystemId(int fd) {
    try (Memory statfs = new Memory(STATFS_SIZE)) {
      return Syscalls.fstatfs(fd, Pointer.nativeValue(statfs)) < 0 ? 0 : statfs.getLong(FSID);
    }
  }
}
