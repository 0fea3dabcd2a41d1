// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import org.extfuse4j.stackfs.publish.Attributes;

/**
 * The inode numbers of names in a listing: those that LOOKUP and statx show, which are not what
 * getdents64(2) says where a source has objects of several devices ({@link InodeNumbers}). Only
 * there they are looked for.
 */
public final class ListedNumbers {
  // DT_ values of struct linux_dirent64.
  static final byte DT_UNKNOWN = 0;
  static final byte DT_DIR = 4;

  private final InodeNumbers numbers;

  public ListedNumbers(InodeNumbers numbers) {
    this.numbers = numbers;
  }

  /** The names of a directory follow; into {@link Scratch#listed}, its device. */
  public void begin(Scratch s, int dir) {
    boolean several = numbers.mayHaveSeveral();
    s.listed =
        several && Attributes.statx(s, dir) == 0
            ? Attributes.device(s.statx)
            : numbers.rootDevice();
  }

  /**
   * The number of one of them. If it cannot be looked at, because it is gone by now, the source's.
   *
   * @param dir a descriptor of the directory
   * @param path the address of the name
   * @param inode what getdents64(2) says
   */
  public long of(Scratch s, int dir, long path, byte type, long inode) {
    if (numbers.mayDiffer(type)
        && Attributes.statx(s, dir, path, Libc.AT_SYMLINK_NOFOLLOW) == 0
        && numbers.renumber(s, dir, path) == 0) {
      return Attributes.inode(s.statx);
    }
    long number = numbers.number(s, s.listed, inode, dir, s.emptyPath);
    return s.error == 0 ? number : inode;
  }
}
