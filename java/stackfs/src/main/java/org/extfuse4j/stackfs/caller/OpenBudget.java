// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import org.agrona.collections.Int2IntCounterMap;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.DescriptorLimit;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.PathFds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many of the daemon's descriptors those have who open files and directories through the mount,
 * by uid: of the daemon's own limit (RLIMIT_NOFILE) each open takes one, whoever it is for.
 *
 * <ul>
 *   <li>Some are the daemon's: for nodes ({@link PathFds}), devices, maps, its socket and log.
 *   <li>Some of the others are root's only.
 *   <li>Of the rest each user may have as many as then are left to all others: one half for one
 *       user alone, a third each for two, and there is always some left for the next.
 * </ul>
 *
 * <p>Who has had that is told EMFILE, as for too many files of a process; ENFILE if all users
 * together have all. Neither is about an open of somebody else.
 *
 * <p>Use: {@link #admit} before open(2), {@link #opened} after it, {@link #close} in the place of
 * close(2). Thread-safe; its monitor is an innermost lock, and nothing is allocated for a request
 * but at first.
 */
public final class OpenBudget {
  private static final Logger LOG = LoggerFactory.getLogger(OpenBudget.class);

  /** More than these are not given away: each takes the kernel's memory, too. */
  static final int MOST = 1 << 20;

  // PathFds' 512 and their surplus while in use, 64 devices, some 60 of JVM, maps, socket, metrics.
  private static final int OWN = 1024;
  private static final int ROOTS_SHARE = 16;
  private static final int CHUNK = 4096;

  private enum Kind {
    USER,
    USERS,
    ALL
  }

  private final int all;
  private final int users;
  private final int[] chunkless = new int[0];

  private final FailureLog failures = new FailureLog(LOG);

  // Guarded by this, as all below: open descriptors of others than root.
  private final Int2IntCounterMap byUid = new Int2IntCounterMap(0);
  // By descriptor: uid + 1 of whoever it was opened for, or 0; in chunks that are made when needed.
  private int[][] owners = {};
  private int total;
  private int rootHas;

  /** A budget of what this process may open. */
  public static OpenBudget ofThisProcess() {
    return new OpenBudget(DescriptorLimit.limit());
  }

  /**
   * A budget.
   *
   * @param limit descriptors that the process may have
   */
  public OpenBudget(long limit) {
    int most = (int) Math.min(limit, MOST);
    int own = Math.min(OWN, most - most / 4);
    all = most - own;
    users = all - Math.max(1, all / ROOTS_SHARE);
  }

  /** How many descriptors of callers there may be, root's included. */
  public int capacity() {
    return all;
  }

  /** How many are open. */
  public synchronized int open() {
    return total;
  }

  /**
   * A caller is about to open something.
   *
   * @param uid the caller's fsuid
   * @return 0, and then {@link #opened} must follow; -EMFILE or -ENFILE
   */
  public int admit(int uid) {
    final int has;
    final Kind refused;
    synchronized (this) {
      has = uid == 0 ? rootHas : byUid.get(known(uid));
      refused = refusal(uid, has);
      if (refused == null) {
        count(uid, 1);
        return 0;
      }
    }
    failures.warn(refused.name(), () -> line(refused, uid, has));
    return refused == Kind.USER ? -Errno.EMFILE : -Errno.ENFILE;
  }

  // The rule, inside the monitor; null if the open is admitted.
  private Kind refusal(int uid, int has) {
    if (total >= all) {
      return Kind.ALL;
    }
    if (uid == 0) {
      return null;
    }
    int left = users - (total - rootHas);
    if (left <= 0) {
      return Kind.USERS;
    }
    return has < left ? null : Kind.USER;
  }

  /**
   * What became of an open that was admitted.
   *
   * @param fd the descriptor, or a negative errno, which takes the admission back
   * @return fd
   */
  public synchronized int opened(int uid, int fd) {
    if (fd < 0) {
      count(uid, -1);
      return fd;
    }
    int chunk = fd / CHUNK;
    if (chunk >= owners.length) {
      int[][] more = new int[chunk + 1][];
      System.arraycopy(owners, 0, more, 0, owners.length);
      for (int i = owners.length; i < more.length; i++) {
        more[i] = chunkless;
      }
      owners = more;
    }
    if (owners[chunk] == chunkless) {
      owners[chunk] = new int[CHUNK];
    }
    owners[chunk][fd % CHUNK] = known(uid) + 1;
    return fd;
  }

  /** Closes a descriptor, whether it was opened here or not; as close(2). */
  public int close(int fd) {
    // Before it is closed: the number may be another's at once.
    synchronized (this) {
      int chunk = fd / CHUNK;
      if (fd >= 0 && chunk < owners.length && owners[chunk] != chunkless) {
        int owner = owners[chunk][fd % CHUNK];
        if (owner != 0) {
          owners[chunk][fd % CHUNK] = 0;
          count(owner - 1, -1);
        }
      }
    }
    return Syscalls.close(fd);
  }

  private void count(int uid, int by) {
    total += by;
    if (uid == 0) {
      rootHas += by;
    } else if (by > 0) {
      byUid.incrementAndGet(known(uid));
    } else {
      byUid.decrementAndGet(known(uid));
    }
  }

  // An idmapped mount's OPEN says -1, of everybody: one user, whose number is not used by owners.
  private static int known(int uid) {
    return uid == -1 ? -2 : uid;
  }

  private String line(Kind kind, int uid, int has) {
    String who = Integer.toUnsignedString(uid);
    return switch (kind) {
      case USER ->
          ("uid %s has %d files open, as many as are left to others: further ones are EMFILE;"
                  + " a higher limit of open files (LimitNOFILE=, ulimit -Hn) gives more")
              .formatted(who, has);
      case USERS ->
          ("all users together have %d files open, the rest is root's: those of uid %s are"
                  + " ENFILE; raise the limit of open files (LimitNOFILE=, ulimit -Hn)")
              .formatted(users, who);
      case ALL ->
          ("%d files are open, all that the limit of open files leaves: those of uid %s are"
                  + " ENFILE; raise it (LimitNOFILE=, ulimit -Hn)")
              .formatted(all, who);
    };
  }
}
