// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import org.extfuse4j.fuse.sys.Errno;

/** A mount, a device or a session failed: one line that says what, why and what to do next. */
public final class FuseException extends RuntimeException {
  private final int errno;

  /**
   * @param errno positive, or 0 when no system call failed
   */
  public FuseException(String message, int errno) {
    super(errno == 0 ? message : message + " (" + Errno.name(errno) + ")");
    this.errno = errno;
  }

  public FuseException(String message, Throwable cause) {
    super(message, cause);
    this.errno = 0;
  }

  /** The errno of the system call that failed, positive; 0 when none did. */
  public int errno() {
    return errno;
  }
}
