// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import org.extfuse4j.stackfs.publish.Attributes;

/**
 * Which of the numbers that a file system gives its objects say what an object is, and which are
 * the kernel's, and go with its memory of it: the next time the kernel reads the object it has
 * another. Handles that are made of such numbers are stale then, although whoever asks for one, and
 * has it opened at once, cannot see that.
 *
 * <ul>
 *   <li>FUSE: a handle is a nodeid and a generation, both the server's word for as long as the
 *       kernel holds the inode (fuse_encode_fh() of fs/fuse/inode.c). Not in a key, therefore. A
 *       server that shows nodeids as inode numbers too, as libfuse does without {@code use_ino},
 *       has no lasting numbers at all.
 *   <li>FAT without {@code nfs=nostale_ro} (fat_ilookup() of fs/fat/nfs.c), and exFAT: iunique().
 * </ul>
 *
 * <p>Others that are asked for handles by name only ({@link NameResolver}) have numbers of their
 * own: 9p those of the server's files, overlayfs those of its layers. So has CIFS, unless it is
 * mounted with {@code noserverino}, which nothing tells.
 *
 * @param handles whether a handle may be part of what identifies an object
 * @param inodes whether an inode number stays the object's own
 */
public record Numbering(boolean handles, boolean inodes) {
  // Types of file systems: statfs(2), include/uapi/linux/magic.h.
  private static final long FUSE_SUPER_MAGIC = 0x65735546L;
  private static final long MSDOS_SUPER_MAGIC = 0x4d44L;
  private static final long EXFAT_SUPER_MAGIC = 0x2011bab0L;

  /** FILEID_FAT_WITHOUT_PARENT of linux/exportfs.h: where the directory entry is on the disk. */
  private static final int FAT_NOSTALE = 0x71;

  /**
   * Of the file system of a directory.
   *
   * @param type its type, from fstatfs(2)
   */
  static Numbering of(int directory, long type) {
    if (type == FUSE_SUPER_MAGIC) {
      return new Numbering(false, !showsNodeids(directory));
    }
    if (type == MSDOS_SUPER_MAGIC) {
      Scratch s = Scratch.get();
      boolean lasting = s.key.encode(directory, 0) == 0 && s.key.type() == FAT_NOSTALE;
      return new Numbering(lasting, lasting);
    }
    boolean lasting = type != EXFAT_SUPER_MAGIC;
    return new Numbering(lasting, lasting);
  }

  // What has no handle to compare with is not believed to have numbers either.
  private static boolean showsNodeids(int directory) {
    Scratch s = Scratch.get();
    return (s.key.encode(directory, Libc.AT_HANDLE_FID) != 0 && s.key.encode(directory, 0) != 0)
        || Attributes.statx(s, directory) < 0
        || Attributes.inode(s.statx) == s.key.fuseNodeid();
  }
}
