// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * Objects about which the kernel was made to look again (a notice that what it knows is not to be
 * believed, and ESTALE, with which it walks the path once more), since it had let through somebody
 * whose groups the daemon cannot see. If it has asked what the object is since, lets him through
 * once more, and the object is as it was then, its word on his groups is good: it was about what is
 * there.
 *
 * <p>What counts of an object is what permissions are checked by: type, mode, owner, group, and of
 * its ACL that it is the same. For some seconds, and not more than {@link #LIMIT}. Thread-safe.
 */
public final class SecondLooks {
  /** Of all mounts of this process: an object is the source's. */
  public static final SecondLooks OF_THE_KERNEL = new SecondLooks();

  private static final int LIMIT = 4096;
  private static final long VALID_NS = TimeUnit.SECONDS.toNanos(10);

  /** An object; a key in the maps is never changed. */
  private static final class Thing {
    long device;
    long inode;

    Thing of(long device, long inode) {
      this.device = device;
      this.inode = inode;
      return this;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Thing thing && thing.device == device && thing.inode == inode;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(device * 31 + inode);
    }
  }

  private record Look(int mode, int uid, int gid, ByteBuffer acl, long ns) {
    boolean isSame(Look other) {
      return isOf(other.mode, other.uid, other.gid)
          && acl.equals(other.acl)
          && other.ns - ns < VALID_NS;
    }

    boolean isOf(int otherMode, int otherUid, int otherGid) {
      return mode == otherMode && uid == otherUid && gid == otherGid;
    }
  }

  // Guarded by this; the oldest first. Those in the set the kernel has heard of since.
  private final Map<Thing, Look> looks = new LinkedHashMap<>();
  private final Set<Thing> told = new HashSet<>();
  // To look one up: each request does, and allocates nothing, while there are any.
  private final Thing probe = new Thing();
  private long lastNs;
  private volatile boolean any;

  /**
   * Whether the kernel has been made to look again at an object that is as it was then. If not, it
   * is from now on: who asks answers ESTALE.
   *
   * @param statx of the object
   * @param acl its ACL, as the extended attribute has it; empty if there is none
   */
  synchronized boolean isSecond(ByteBuffer statx, byte[] acl) {
    Thing thing = new Thing().of(Attributes.device(statx), Attributes.inode(statx));
    Look now =
        new Look(
            Attributes.mode(statx),
            Attributes.uid(statx),
            Attributes.gid(statx),
            ByteBuffer.wrap(acl),
            System.nanoTime());
    Look before = looks.get(thing);
    if (before != null && before.isSame(now) && told.contains(thing)) {
      return true;
    }
    forget(thing);
    looks.put(thing, now);
    lastNs = now.ns;
    any = true;
    if (looks.size() > LIMIT) {
      forget(looks.keySet().iterator().next());
    }
    return false;
  }

  /**
   * The kernel, which has asked for it, is about to hear what an object is. Before that its word is
   * about something older, however often it lets somebody through: not each way that leads to an
   * object a second time has it ask.
   */
  public void told(long device, long inode, int mode, int uid, int gid) {
    if (any) {
      toldOf(device, inode, mode, uid, gid);
    }
  }

  private synchronized void toldOf(long device, long inode, int mode, int uid, int gid) {
    if (System.nanoTime() - lastNs > VALID_NS) {
      looks.clear();
      told.clear();
      any = false;
      return;
    }
    Look look = looks.get(probe.of(device, inode));
    if (look == null) {
      return;
    }
    if (look.isOf(mode, uid, gid)) {
      told.add(new Thing().of(device, inode));
    } else {
      forget(probe); // it goes by this now
    }
  }

  private void forget(Thing thing) {
    looks.remove(thing);
    told.remove(thing);
    any = !looks.isEmpty();
  }
}
