// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that what was written through a mount is written: from the kernel's page cache to the daemon
 * before a mount that is in use is taken away, and on to the disk at the end and from time to time.
 * The kernel has no request for the latter (SYNCFS is for virtiofs and fuseblk), so syncfs(2) and
 * sync(1) of the mount end at the daemon.
 */
final class Syncing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Syncing.class);
  private static final int FLUSH_SECONDS = 60;
  private static final int ARRIVE_SECONDS = 5;
  private static final int UNKNOWN_SECONDS = 2;

  private final Backend backend;
  private final Thread thread;

  /**
   * Begins.
   *
   * @param intervalNs between two times; 0 if it is done at the end only
   */
  Syncing(Backend backend, long intervalNs) {
    this.backend = backend;
    thread = intervalNs == 0 ? null : new Thread(() -> repeat(intervalNs), "extfuse-sync");
    if (thread != null) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void repeat(long intervalNs) {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(intervalNs);
        sync();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The source's file system writes what it has. */
  void sync() {
    int rc = backend.sync();
    if (rc < 0) {
      LOG.error(
          "syncing {}: {}: something that was written there may be lost",
          backend.source(),
          Errno.name(-rc));
    }
  }

  /**
   * The kernel writes what it keeps of files that are open or mapped, which it would drop with the
   * connection. Another process asks for it: this one never waits for itself, and can be killed.
   *
   * @param connection its number in /sys/fs/fuse/connections
   */
  static void flush(Path mountpoint, int connection) throws InterruptedException {
    try {
      Process sync =
          new ProcessBuilder("sync", "-f", mountpoint.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!sync.waitFor(FLUSH_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: not all is written after {} s: the rest is lost", mountpoint, FLUSH_SECONDS);
        sync.destroyForcibly();
        return;
      }
      arrive(Path.of("/sys/fs/fuse/connections", Integer.toString(connection), "waiting"));
    } catch (IOException e) {
      LOG.warn("{}: what is not written yet is lost: {}", mountpoint, e.getMessage());
    }
  }

  // syncfs(2) of FUSE waits until all is on its way. Who goes on asking keeps this from ending.
  private static void arrive(Path waiting) throws IOException, InterruptedException {
    if (!Files.exists(waiting)) {
      TimeUnit.SECONDS.sleep(UNKNOWN_SECONDS); // nobody has mounted fusectl, which would tell
      return;
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARRIVE_SECONDS);
    while (!Files.readString(waiting).strip().equals("0") && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
