// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * Objects about which the kernel was made to look again (ESTALE: it walks the path once more, and
 * asks for each name of it), since it had let through somebody whose groups the daemon cannot see.
 * If it lets him through once more, and the object is as it was then, its word on his groups is
 * good: it was about what is there.
 *
 * <p>What counts of an object is what permissions are checked by: type, mode, owner, group, and of
 * its ACL that it is the same. For some seconds, and not more than {@link #LIMIT}. Thread-safe.
 */
final class SecondLooks {
  private static final int LIMIT = 4096;
  private static final long VALID_NS = TimeUnit.SECONDS.toNanos(10);

  private record Thing(long device, long inode) {}

  private record Look(int mode, int uid, int gid, ByteBuffer acl, long ns) {
    boolean isSame(Look other) {
      return mode == other.mode
          && uid == other.uid
          && gid == other.gid
          && acl.equals(other.acl)
          && other.ns - ns < VALID_NS;
    }
  }

  // Guarded by this; the oldest first.
  private final Map<Thing, Look> looks = new LinkedHashMap<>();

  /**
   * Whether the kernel has been made to look again at an object that is as it was then. If not, it
   * is from now on: who asks answers ESTALE.
   *
   * @param statx of the object
   * @param acl its ACL, as the extended attribute has it; empty if there is none
   */
  synchronized boolean isSecond(ByteBuffer statx, byte[] acl) {
    Thing thing = new Thing(Attributes.device(statx), Attributes.inode(statx));
    Look now =
        new Look(
            Attributes.mode(statx),
            Attributes.uid(statx),
            Attributes.gid(statx),
            ByteBuffer.wrap(acl),
            System.nanoTime());
    Look before = looks.get(thing);
    if (before != null && before.isSame(now)) {
      return true;
    }
    looks.remove(thing);
    looks.put(thing, now);
    if (looks.size() > LIMIT) {
      Iterator<Thing> oldest = looks.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return false;
  }
}
