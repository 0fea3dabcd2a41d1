// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.CallerStatus;

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
  private static final long CAP_CHOWN = 1L;
  private static final long CAP_DAC_OVERRIDE = 1L << 1;
  private static final long CAP_DAC_READ_SEARCH = 1L << 2;
  private static final long CAP_FOWNER = 1L << 3;

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
    return rq.uid() == uid || has(rq, CAP_FOWNER | CAP_CHOWN);
  }

  /** Whether somebody who may write to a directory may remove a name of it. */
  boolean mayRemove(Request rq, int directoryMode, int directoryUid, int uid) {
    return (directoryMode & S_ISVTX) == 0
        || rq.uid() == uid
        || rq.uid() == directoryUid
        || has(rq, CAP_FOWNER);
  }

  private boolean overrides(Request rq, int mode, int mask) {
    boolean directory = (mode & S_IFMT) == S_IFDIR;
    boolean runs = (mask & EXEC) != 0;
    if (directory || !runs || (mode & 0111) != 0) {
      if (has(rq, CAP_DAC_OVERRIDE)) {
        return true;
      }
    }
    boolean searches = mask == READ || (directory && (mask & WRITE) == 0);
    return searches && has(rq, CAP_DAC_READ_SEARCH);
  }

  private boolean has(Request rq, long caps) {
    return status.read(rq.pid(), rq.uid(), rq.gid())
        && (status.effective & caps) != 0
        && inOwnNamespace(rq.pid());
  }

  private static boolean inOwnNamespace(int pid) {
    try {
      Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
      return own.equals(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/user")));
    } catch (IOException e) {
      return false;
    }
  }
}
