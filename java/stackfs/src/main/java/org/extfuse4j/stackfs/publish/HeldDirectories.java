// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.concurrent.ConcurrentHashMap;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.caller.OpenBudget;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * Directories that the kernel has opened by itself, and that somebody closes to others before their
 * names are asked for: who has a directory open reads on. They are opened just before such a change
 * through the mount; names are then given to whom the source would have let open it at that moment.
 *
 * <p>Thread-safe.
 */
public final class HeldDirectories implements AutoCloseable {
  private static final byte[] ACL = "system.posix_acl_access".getBytes(US_ASCII);

  /** A descriptor, and by what it could have been opened. */
  private record Held(int dir, int uid, int gid, int mode, boolean hasAcl) {}

  private final MetadataCache cache;
  private final Listings listings;
  private final OpenBudget opens;
  private final ConcurrentHashMap<Long, Held> all = new ConcurrentHashMap<>();

  HeldDirectories(MetadataCache cache, Listings listings, OpenBudget opens) {
    this.cache = cache;
    this.listings = listings;
    this.opens = opens;
  }

  /**
   * Who may read a directory is about to change; with the node's lock, as the daemon.
   *
   * @param fd an O_PATH descriptor of it, whose attributes are in the scratch
   * @param uid whose change it is, and so whose open directory: see {@link OpenBudget}
   */
  public void beforeChange(Scratch s, StackNode node, int fd, int uid) {
    if (!cache.active()
        || !Attributes.isDirectory(s.statx)
        || !cache.areNamesOpen(node)
        || listings.dir(node) >= 0
        || all.containsKey(node.nodeid())) {
      return;
    }
    if (opens.admit(uid) < 0) {
      return; // then who has it open is refused its names
    }
    int dir = opens.opened(uid, Syscalls.open(s.procPath(fd), Libc.O_DIRECTORY | Libc.O_CLOEXEC));
    if (dir < 0) {
      return;
    }
    s.putName(ACL);
    boolean hasAcl = Syscalls.getxattr(s.procPath(fd), s.nameAddress, 0, 0) >= 0;
    int owner = Attributes.uid(s.statx);
    int group = Attributes.gid(s.statx);
    close(all.put(node.nodeid(), new Held(dir, owner, group, Attributes.mode(s.statx), hasAcl)));
  }

  /**
   * The descriptor for somebody who may not open the directory any more.
   *
   * @param caller who has just been refused
   * @return the descriptor, which is the taker's, or -EACCES
   */
  public int take(StackNode node, Caller caller) {
    Held held = all.get(node.nodeid());
    if (held == null || !mayRead(held, caller) || !all.remove(node.nodeid(), held)) {
      return -Errno.EACCES;
    }
    return held.dir;
  }

  private static boolean mayRead(Held held, Caller caller) {
    if (caller.isUser(held.uid)) {
      return (held.mode & 0400) != 0;
    }
    // What an ACL says of others than the owner is not looked up: they are refused.
    return !held.hasAcl && (held.mode & (caller.isIn(held.gid) ? 040 : 04)) != 0;
  }

  /** The kernel has closed the directory, or forgotten it. */
  public void closed(StackNode node) {
    close(all.remove(node.nodeid()));
  }

  private void close(Held held) {
    if (held != null) {
      opens.close(held.dir);
    }
  }

  @Override
  public void close() {
    all.values().forEach(this::close);
    all.clear();
  }
}
