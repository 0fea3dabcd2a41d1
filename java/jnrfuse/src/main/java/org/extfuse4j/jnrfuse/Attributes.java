// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import org.extfuse4j.fuse.Reply;
import ru.serce.jnrfuse.struct.FileStat;

/** From the struct stat that a callback filled to struct fuse_attr, with libfuse's options. */
final class Attributes {
  private static final int S_IFMT = 0170000;
  private final JnrFuseOptions options;

  Attributes(JnrFuseOptions options) {
    this.options = options;
  }

  void put(FileStat stat, PathNode node, Reply rp, int offset) {
    int mode = stat.st_mode.intValue();
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
        options.umask() < 0 ? mode : (mode & S_IFMT) | (0777 & ~options.umask()),
        hiddenLink ? nlink - 1 : nlink,
        options.uid() >= 0 ? (int) options.uid() : (int) stat.st_uid.get(),
        options.gid() >= 0 ? (int) options.gid() : (int) stat.st_gid.get(),
        (int) stat.st_rdev.get(),
        (int) stat.st_blksize.get());
  }
}
