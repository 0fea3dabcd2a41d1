// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.fuse.Syscalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose files a thread creates. The thread takes the caller's fsuid and fsgid for the one system
 * call that creates, so that there is no moment in which the file is someone else's; it keeps its
 * capabilities meanwhile (SECBIT_NO_SETUID_FIXUP), because the kernel has checked the caller's
 * permissions already (default_permissions), with groups that a request does not carry.
 *
 * <p>The umask is the caller's too: only the source knows whether it applies, or a directory's
 * default ACL instead.
 *
 * <p>One for each thread; fsuid and fsgid are a thread's own, and the umask is when the thread does
 * not share it any more (CLONE_FS).
 */
final class Caller {
  private static final Logger log = LoggerFactory.getLogger(Caller.class);

  private boolean prepared;
  private boolean changed;
  private int umask = -1;

  /** Until {@link #restore}; the umask until the next time. */
  void become(int uid, int gid, int umask) {
    prepare();
    if (this.umask != umask) {
      Syscalls.umask(umask);
      this.umask = umask;
    }
    if (uid == 0 && gid == 0) {
      return;
    }
    changed = true;
    Syscalls.setfsgid(gid);
    Syscalls.setfsuid(uid);
  }

  private void prepare() {
    if (prepared) {
      return;
    }
    prepared = true;
    if (Libc.keepCapabilities() != 0) {
      log.warn("prctl(PR_SET_SECUREBITS): errno {}: callers may be refused", Libc.errno());
    }
    if (Libc.unshare(Libc.CLONE_FS) != 0) {
      log.warn("unshare(CLONE_FS): errno {}: umasks of callers may mix", Libc.errno());
    }
  }

  void restore() {
    if (changed) {
      Syscalls.setfsuid(0);
      Syscalls.setfsgid(0);
      changed = false;
    }
  }
}
