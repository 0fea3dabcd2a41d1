// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

import java.util.List;

/**
 * What stat(2) says of an inode; times in nanoseconds since the epoch.
 *
 * @param type the S_IFMT bits
 * @param mode the other bits of the mode
 */
public record Attr(long ino, int type, int mode, long nlink, long size, long mtime, long ctime) {
  static final int TYPE_MASK = 0170000;
  public static final int DIRECTORY = 0040000;
  public static final int FILE = 0100000;
  public static final int SYMLINK = 0120000;

  /** Reads inode, mode (octal), links, size, mtime and ctime. */
  public static Attr parse(List<String> words) {
    int mode = Integer.parseInt(words.get(1), 8);
    return new Attr(
        Long.parseLong(words.get(0)),
        mode & TYPE_MASK,
        mode & ~TYPE_MASK,
        Long.parseLong(words.get(2)),
        Long.parseLong(words.get(3)),
        Long.parseLong(words.get(4)),
        Long.parseLong(words.get(5)));
  }
}
