// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose files a thread creates. The thread takes the caller's fsuid and fsgid for the one system
 * call that creates, so that there is no moment in which the file is someone else's; it keeps its
 * capabilities meanwhile (SECBIT_NO_SETUID_FIXUP), because the kernel has checked the caller's
 * permissions already (default_permissions), with groups that a request does not carry.
 *
 * <p>One for each thread; fsuid and fsgid are a thread's own.
 */
final class Caller {
  private static final Logger log = LoggerFactory.getLogger(Caller.class);

  private boolean prepared;
  private boolean changed;

  void become(int uid, int gid) {
    if (uid == 0 && gid == 0) {
      return;
    }
    if (!prepared) {
      if (Libc.keepCapabilities() != 0) {
        log.warn("prctl(PR_SET_SECUREBITS): errno {}: callers may be refused", Libc.errno());
      }
      prepared = true;
    }
    changed = true;
    Libc.setfsgid(gid);
    Libc.setfsuid(uid);
  }

  void restore() {
    if (changed) {
      Libc.setfsuid(0);
      Libc.setfsgid(0);
      changed = false;
    }
  }
}
