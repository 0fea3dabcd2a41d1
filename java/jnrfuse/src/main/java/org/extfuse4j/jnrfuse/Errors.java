// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import org.extfuse4j.fuse.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callbacks return, where it must be 0 or a negative errno, or a size. */
final class Errors {
  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

  // fuse_dev_do_write() takes errors above -512 only.
  private static final int MAX_ERRNO = 512;

  private Errors() {}

  /** 0 or a negative errno; EIO and a line in the log for anything else. */
  static int of(String callback, int rc) {
    if (rc > 0 || rc <= -MAX_ERRNO) {
      LOG.error("callback {} returned {}, not 0 or -errno; answered EIO", callback, rc);
      return -Errno.EIO;
    }
    return rc;
  }

  /** A size of at most {@code most} bytes or a negative errno; EIO and a line for anything else. */
  static int size(String callback, int rc, int most) {
    if (rc > most || rc <= -MAX_ERRNO) {
      LOG.error(
          "callback {} returned {}, not a size of at most {} bytes or -errno; answered EIO",
          callback,
          rc,
          most);
      return -Errno.EIO;
    }
    return rc;
  }
}
