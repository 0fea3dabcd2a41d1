// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that the kernel has open, and how often. It closes them by RELEASE, for which close(2)
 * does not wait: those that an unmount or an aborted connection has overtaken are never sent
 * (fuse_abort_conn() of {@code fs/fuse/dev.c}), and are still here when the session has ended. Any
 * thread.
 */
public final class OpenFiles {
  private static final int O_ACCMODE = 3;
  // O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC: nothing of them is left in an open file.
  private static final int CREATION = 01700;

  /**
   * An open file.
   *
   * @param fh the file system's own handle, which may be the same for all files
   * @param flags of open(2), without those of creation
   */
  public record Open(long nodeid, long fh, int flags) {}

  private record Key(long nodeid, long fh, int accessMode) {}

  // Guarded by this. Flags of one key may differ; each is somebody's.
  private final Map<Key, List<Integer>> files = new HashMap<>();

  public synchronized void opened(long nodeid, long fh, int flags) {
    files.computeIfAbsent(key(nodeid, fh, flags), key -> new ArrayList<>(1)).add(flags);
  }

  public synchronized void closed(long nodeid, long fh, int flags) {
    files.computeIfPresent(
        key(nodeid, fh, flags),
        (key, flagsOfAll) -> {
          flagsOfAll.remove(flagsOfAll.size() - 1);
          return flagsOfAll.isEmpty() ? null : flagsOfAll;
        });
  }

  /** Those that are open, which are none any more. */
  public synchronized List<Open> takeAll() {
    List<Open> all = new ArrayList<>();
    files.forEach(
        (key, flagsOfAll) -> {
          for (int flags : flagsOfAll) {
            all.add(new Open(key.nodeid(), key.fh(), flags & ~CREATION));
          }
        });
    files.clear();
    return all;
  }

  private static Key key(long nodeid, long fh, int flags) {
    return new Key(nodeid, fh, flags & O_ACCMODE);
  }
}
