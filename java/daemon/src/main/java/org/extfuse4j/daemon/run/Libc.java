// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import com.sun.jna.Native;

/** System calls of the command itself, through JNA. */
final class Libc {
  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  /** setsid(2): -1 if the process leads a process group, else the new session's number. */
  static native int setsid();
}
