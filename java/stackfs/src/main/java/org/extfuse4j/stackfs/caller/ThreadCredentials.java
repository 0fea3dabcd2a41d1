// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.source.Libc;

/**
 * The calling thread's fsuid, fsgid, supplementary groups and effective capabilities, which are a
 * thread's own on Linux, as its umask is when it does not share it any more (CLONE_FS).
 *
 * <p>The effective set is, exactly: {@link Caps#FS} and {@link Caps#TOOLS} while the thread is its
 * own; as another user {@link Caps#TOOLS} and what {@link #setCaps} has been given. So it is with a
 * thread that this one makes, unless that takes back what is permitted.
 */
final class ThreadCredentials {
  private static final int NOBODY = 65534;
  private static final int RESTORE_TRIES = 10;

  /** The daemon's. */
  static final int OWN_UID = Syscalls.fsUid();

  /** The daemon's. */
  static final int OWN_GID = Syscalls.fsGid();

  private boolean prepared;
  private int umask = -1;
  private boolean hasOwnUmask;
  private long permitted;
  private long own;
  private long tools;
  // Capabilities go and come with the fsuid in this thread.
  private boolean follows;

  // What may not be the daemon's own now.
  private boolean idsSet;
  private boolean groupsSet;
  private boolean capsSet;

  /**
   * Makes sure that the thread is its own.
   *
   * @throws IllegalStateException if it is not, and cannot be
   */
  void own() {
    restore();
    if (isAnothers()) {
      throw new IllegalStateException(
          "this thread has a caller's rights and cannot have its own back: it answers errors");
    }
  }

  /** What the thread can have in its effective set. */
  long permitted() {
    return permitted;
  }

  /**
   * Changes the ids; without any capability but {@link Caps#TOOLS}, if the user is another than the
   * daemon's.
   *
   * @throws IllegalStateException if it cannot be; {@link #restore} is called all the same
   */
  void setIds(int uid, int gid) {
    prepare();
    idsSet = true;
    require(Syscalls.setFsIds(uid, gid), "setfsuid");
    // Whatever else may have changed it, and to look is cheap.
    if (uid != OWN_UID && (!follows || Syscalls.effectiveCaps(0) != tools)) {
      setCaps(0);
    }
  }

  /** Makes these the effective capabilities, besides {@link Caps#TOOLS}; as above. */
  void setCaps(long caps) {
    prepare();
    capsSet = true;
    require(Syscalls.setEffectiveCaps(permitted, (caps & permitted) | tools), "capset");
  }

  /** Makes these the supplementary groups; as above. */
  void setGroups(int count, long groups) {
    prepare();
    groupsSet = true;
    require(Syscalls.setgroups(count, groups), "setgroups");
  }

  /**
   * Sets the umask, which stays so until the next time.
   *
   * @throws IllegalStateException if it would be that of all threads
   */
  void setUmask(int umask) {
    prepare();
    if (!hasOwnUmask) {
      require(unshare(), "unshare");
    }
    if (this.umask != umask) {
      Syscalls.umask(umask);
      this.umask = umask;
    }
  }

  private static void require(int rc, String call) {
    if (rc != 0) {
      throw new IllegalStateException(
          call + ": " + Errno.name(-rc) + ": cannot act as the caller, who gets an error");
    }
  }

  private void prepare() {
    if (prepared) {
      return;
    }
    unshare();
    permitted = Syscalls.permittedCaps();
    own = permitted & (Caps.FS | Caps.TOOLS);
    tools = permitted & Caps.TOOLS;
    idsSet = true;
    groupsSet = true;
    capsSet = true;
    // Who has made this thread may have been a caller at that moment, and then it is, too.
    require(Syscalls.setEffectiveCaps(permitted, own), "capset");
    require(Syscalls.setFsIds(OWN_UID, OWN_GID), "setfsuid");
    require(Syscalls.setFsIds(NOBODY, OWN_GID), "setfsuid");
    follows = Syscalls.effectiveCaps(0) == tools;
    require(Syscalls.setFsIds(OWN_UID, OWN_GID), "setfsuid");
    follows &= Syscalls.effectiveCaps(0) == own;
    prepared = restore();
  }

  private int unshare() {
    hasOwnUmask = Libc.unshare(Libc.CLONE_FS) == 0;
    return hasOwnUmask ? 0 : -Libc.errno();
  }

  private boolean isAnothers() {
    return groupsSet || idsSet || capsSet;
  }

  /** Makes the thread its own again, and answers whether it is: see {@link #own}. */
  boolean restore() {
    for (int i = 0; isAnothers() && i < RESTORE_TRIES; i++) {
      groupsSet = groupsSet && Syscalls.setgroups(0, 0) != 0;
      idsSet = idsSet && Syscalls.setFsIds(OWN_UID, OWN_GID) != 0;
      capsSet = capsSet && Syscalls.setEffectiveCaps(permitted, own) != 0;
    }
    return !isAnothers();
  }
}
