// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;

/**
 * A struct fuse_attr as far as the maps keep it. Times are seconds since 1970 and nanoseconds;
 * unsigned fields are as the kernel has them.
 *
 * @param blkbits the binary logarithm of the block size, 0 for none
 */
public record NodeAttr(
    long ino,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    int atimensec,
    int mtimensec,
    int ctimensec,
    int mode,
    int nlink,
    int uid,
    int gid,
    int rdev,
    int blkbits) {
  private static final int FORMAT = 0170000;
  private static final int DIRECTORY = 0040000;

  /** Reads a struct fuse_attr at an offset. */
  public static NodeAttr decode(ByteBuffer attr, int at) {
    return decode(attr, at, log2(attr.getInt(at + Attr.BLKSIZE)));
  }

  /** Reads a struct node_attr, which is the beginning of a struct fuse_attr. */
  static NodeAttr decode(ByteBuffer attr, int at, int blkbits) {
    return new NodeAttr(
        attr.getLong(at + Attr.INO),
        attr.getLong(at + Attr.SIZE_FIELD),
        attr.getLong(at + Attr.BLOCKS),
        attr.getLong(at + Attr.ATIME),
        attr.getLong(at + Attr.MTIME),
        attr.getLong(at + Attr.CTIME),
        attr.getInt(at + Attr.ATIMENSEC),
        attr.getInt(at + Attr.MTIMENSEC),
        attr.getInt(at + Attr.CTIMENSEC),
        attr.getInt(at + Attr.MODE),
        attr.getInt(at + Attr.NLINK),
        attr.getInt(at + Attr.UID),
        attr.getInt(at + Attr.GID),
        attr.getInt(at + Attr.RDEV),
        blkbits);
  }

  // As the kernel understands a block size; 0 stays 0.
  static int log2(int blksize) {
    return blksize == 0 ? 0 : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(blksize);
  }

  /** Bytes, 0 for none. */
  public int blksize() {
    return blkbits == 0 ? 0 : 1 << blkbits;
  }

  /** Whether it is a directory's. */
  public boolean isDirectory() {
    return isDirectory(mode);
  }

  static boolean isDirectory(int mode) {
    return (mode & FORMAT) == DIRECTORY;
  }
}
