// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;

/** What callbacks return, where it must be 0 or a negative errno, or a size. */
public final class Errors {
  // fuse_dev_do_write() takes errors above -512 only.
  private static final int MAX_ERRNO = 512;

  private final FailureLog failures;

  public Errors(FailureLog failures) {
    this.failures = failures;
  }

  /** 0 or a negative errno; EIO and a line in the log for anything else. */
  public int of(String callback, int rc) {
    if (rc > 0 || rc <= -MAX_ERRNO) {
      failures.error(
          callback,
          () -> "callback " + callback + " returned " + rc + ", not 0 or -errno; answered EIO",
          null);
      return -Errno.EIO;
    }
    return rc;
  }

  /** A size of at most {@code most} bytes or a negative errno; EIO and a line for anything else. */
  public int size(String callback, int rc, int most) {
    if (rc > most || rc <= -MAX_ERRNO) {
      failures.error(
          callback,
          () ->
              "callback %s returned %d, not a size of at most %d bytes or -errno; answered EIO"
                  .formatted(callback, rc, most),
          null);
      return -Errno.EIO;
    }
    return rc;
  }
}
