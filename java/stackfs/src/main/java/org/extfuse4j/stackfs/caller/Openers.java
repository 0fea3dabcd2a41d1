// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import java.util.Arrays;

/**
 * By whom files were opened, by descriptor: what the kernel writes on its own (writeback, mappings)
 * has no other caller. Thread-safe; some 20 bytes for each descriptor that there was at a time.
 */
public final class Openers {
  private static final int SMALLEST = 256;

  // By descriptor; the node is 0 unless a file is open for writing.
  private long[] writtenNodes = new long[SMALLEST];
  private int[] uids = new int[SMALLEST];
  private int[] gids = new int[SMALLEST];

  /** A file has been opened for a request's caller. */
  public synchronized void opened(int file, long nodeid, boolean writes, int uid, int gid) {
    if (file >= uids.length) {
      int length = Math.max(file + 1, 2 * uids.length);
      writtenNodes = Arrays.copyOf(writtenNodes, length);
      uids = Arrays.copyOf(uids, length);
      gids = Arrays.copyOf(gids, length);
    }
    writtenNodes[file] = writes ? nodeid : 0;
    uids[file] = uid;
    gids[file] = gid;
  }

  /** The file is about to be closed. */
  public synchronized void closing(int file) {
    if (file >= 0 && file < writtenNodes.length) {
      writtenNodes[file] = 0;
    }
  }

  /** The fsuid of who opened a file. */
  public synchronized int uid(int file) {
    return uids[file];
  }

  /** The fsgid of who opened a file. */
  public synchronized int gid(int file) {
    return gids[file];
  }

  /** Whether a node is open for writing; slow. */
  public synchronized boolean isWritten(long nodeid) {
    for (long written : writtenNodes) {
      if (written == nodeid) {
        return true;
      }
    }
    return false;
  }
}
