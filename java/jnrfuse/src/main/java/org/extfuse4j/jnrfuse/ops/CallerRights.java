// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.CallerStatus;
import org.extfuse4j.fuse.sys.Capability;

/**
 * What the kernel decides for a caller by owner and mode (inode_permission() and __check_sticky()
 * of fs/namei.c), with groups and capabilities from /proc. Of a caller that cannot be seen only
 * user and group count. Capabilities count in the first user namespace only; ACLs do not.
 *
 * <p>One for each thread.
 */
public final class CallerRights {
  static final int READ = 4;
  static final int WRITE = 2;
  static final int EXEC = 1;

  private static final int S_ISVTX = 01000;
  private static final int S_IFMT = 0170000;
  private static final int S_IFDIR = 0040000;

  private final CallerStatus status = new CallerStatus();

  /** Whether somebody may do all of {@code mask} with an object. */
  boolean may(Request rq, int mode, int uid, int gid, int mask) {
    if (rq.uid() == uid) {
      return ((mode >> 6) & mask) == mask || overrides(rq, mode, mask);
    }
    boolean known = status.read(rq.pid(), rq.uid(), rq.gid());
    boolean member = rq.gid() == gid || (known && status.isIn(gid));
    int bits = member ? mode >> 3 : mode;
    return (bits & mask) == mask || overrides(rq, mode, mask);
  }

  /** Whether somebody may do to an object what is for its owner. */
  boolean owns(Request rq, int uid) {
    return rq.uid() == uid || has(rq, Capability.FOWNER | Capability.CHOWN);
  }

  /** Whether somebody who may write to a directory may remove a name of it. */
  boolean mayRemove(Request rq, int directoryMode, int directoryUid, int uid) {
    return (directoryMode & S_ISVTX) == 0
        || rq.uid() == uid
        || rq.uid() == directoryUid
        || has(rq, Capability.FOWNER);
  }

  private boolean overrides(Request rq, int mode, int mask) {
    long caps = capabilities(rq);
    boolean directory = (mode & S_IFMT) == S_IFDIR;
    boolean runs = (mask & EXEC) != 0;
    boolean overrides = directory || !runs || (mode & 0111) != 0;
    boolean searches = mask == READ || (directory && (mask & WRITE) == 0);
    return (overrides && (caps & Capability.DAC_OVERRIDE) != 0)
        || (searches && (caps & Capability.DAC_READ_SEARCH) != 0);
  }

  private boolean has(Request rq, long caps) {
    return (capabilities(rq) & caps) != 0;
  }

  private long capabilities(Request rq) {
    boolean known = status.read(rq.pid(), rq.uid(), rq.gid());
    return known && status.inOwnNamespace(rq.pid()) ? status.effective : 0;
  }
}
