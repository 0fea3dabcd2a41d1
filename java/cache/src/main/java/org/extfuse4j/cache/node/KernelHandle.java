// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import org.extfuse4j.cache.map.MapLayout;

/**
 * The file handle of a directory that the kernel has opened by itself. There is at most one such
 * stream of a directory at a time.
 */
public final class KernelHandle {
  private KernelHandle() {}

  /** Whether a handle is of this kind; a file system's own must not be negative. */
  public static boolean is(long handle) {
    return (handle & MapLayout.OPENED) != 0;
  }

  /** An epoch that had begun when the directory was opened. */
  public static int epoch(long handle) {
    return (int) handle;
  }
}
