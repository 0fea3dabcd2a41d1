// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import org.extfuse4j.fuse.protocol.FuseFlags;

/**
 * What libfuse's options say about the connection; a file system's init may change all of it, as
 * there. A number of 0 is the usual one.
 */
public final class ConnOptions {
  int maxWrite;
  int maxReadahead = -1;
  int maxBackground;
  int congestionThreshold;

  // FUSE_ bits of FuseFlags.
  private long wanted;
  private long unwanted;

  void want(long flags) {
    wanted |= flags;
    unwanted &= ~flags;
  }

  void unwant(long flags) {
    unwanted |= flags;
    wanted &= ~flags;
  }

  /** What is wanted, when {@code usual} is without options. */
  long flags(long usual) {
    return (usual | wanted) & ~unwanted;
  }

  boolean asyncRead() {
    return (unwanted & FuseFlags.FUSE_ASYNC_READ) == 0;
  }
}
