// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.node.PathNode;
import ru.serce.jnrfuse.struct.FileStat;

/** From the struct stat that a callback filled to struct fuse_attr, with libfuse's options. */
public final class Attributes {
  private static final int S_IFMT = 0170000;
  private final JnrFuseOptions options;

  public Attributes(JnrFuseOptions options) {
    this.options = options;
  }

  /**
   * Puts what the kernel is told of a node.
   *
   * @param itsOwnChange in the reply to SETATTR
   */
  public void put(FileStat stat, PathNode node, Reply rp, int offset, boolean itsOwnChange) {
    int mode = mode(stat);
    int uid = uid(stat);
    int gid = gid(stat);
    node.published(mode, uid, gid, itsOwnChange);
    int nlink = stat.st_nlink.intValue();
    boolean hiddenLink = node.hidden && nlink > 0;
    rp.putAttr(
        offset,
        options.useIno() ? stat.st_ino.longValue() : node.nodeid(),
        stat.st_size.longValue(),
        stat.st_blocks.longValue(),
        stat.st_atim.tv_sec.get(),
        stat.st_atim.tv_nsec.intValue(),
        stat.st_mtim.tv_sec.get(),
        stat.st_mtim.tv_nsec.intValue(),
        stat.st_ctim.tv_sec.get(),
        stat.st_ctim.tv_nsec.intValue(),
        mode,
        hiddenLink ? nlink - 1 : nlink,
        uid,
        gid,
        (int) stat.st_rdev.get(),
        (int) stat.st_blksize.get());
  }

  /**
   * Whether type, owner, group and some bits of the mode are what the kernel was told of a node.
   */
  public boolean asPublished(FileStat stat, PathNode node, int modeBits) {
    return node.isPublished(mode(stat), uid(stat), gid(stat), modeBits);
  }

  public int mode(FileStat stat) {
    int mode = stat.st_mode.intValue();
    return options.umask() < 0 ? mode : (mode & S_IFMT) | (0777 & ~options.umask());
  }

  public int uid(FileStat stat) {
    return options.uid() >= 0 ? (int) options.uid() : (int) stat.st_uid.get();
  }

  public int gid(FileStat stat) {
    return options.gid() >= 0 ? (int) options.gid() : (int) stat.st_gid.get();
  }
}
