// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.extfuse4j.stackfs.publish.Attributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a caller that cannot be seen: those of what a call is about, if the kernel, which
 * knows the caller's, has just looked at that and let him through ({@link SecondLooks}).
 *
 * <p>One for each thread.
 */
final class UnseenCaller {
  private static final Logger log = LoggerFactory.getLogger(UnseenCaller.class);
  private static final AtomicBoolean logged = new AtomicBoolean();

  private final CallerCredentials credentials;
  private int confirmed;
  private boolean lookAgain;

  UnseenCaller(CallerCredentials credentials) {
    this.credentials = credentials;
  }

  /** At the beginning of a call. */
  void begin() {
    confirmed = 0;
    lookAgain = false;
  }

  /** Says, once, what such callers have to do without. */
  void warn(int uid, int pid) {
    if (logged.compareAndSet(false, true)) {
      log.warn(
          "a caller (user {}, process {}) cannot be seen: its capabilities do not count, and of its"
              + " supplementary groups only what the kernel says when it has looked twice; run the"
              + " daemon in a pid namespace that has its users",
          Integer.toUnsignedLong(uid),
          pid);
    }
  }

  /**
   * Takes the groups of what a call is about, if the kernel has looked at all of it; they are at
   * {@link CallerCredentials#groupsAddress} then.
   *
   * @return whether there are any
   */
  boolean confirm(Targets targets) {
    begin();
    lookAgain = !confirms(targets.directory);
    lookAgain |= !confirms(targets.otherDirectory); // at all, since the kernel does it once
    lookAgain |= !confirms(targets.object);
    lookAgain |= !confirms(targets.otherObject);
    if (lookAgain) {
      confirmed = 0;
    }
    return confirmed > 0;
  }

  private boolean confirms(int fd) {
    if (fd == Targets.NONE) {
      return true;
    }
    ByteBuffer statx = credentials.look(fd);
    if (statx == null || !SecondLooks.OF_THE_KERNEL.isSecond(statx, credentials.acl(fd))) {
      return false;
    }
    credentials.putGroup(confirmed++, Attributes.gid(statx));
    return true;
  }

  /** How many groups there are. */
  int confirmed() {
    return confirmed;
  }

  /** Whether the kernel is to look again, and then to make the call once more. */
  boolean mustLookAgain() {
    return lookAgain;
  }
}
