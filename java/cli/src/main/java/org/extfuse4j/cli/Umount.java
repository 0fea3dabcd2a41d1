// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseMount;

/** Ends a mount and its daemon, and cleans up after a killed one. */
public final class Umount {
  private static final int WAIT_MS = 30_000;
  private static final int LAZY_WAIT_MS = 1000;
  private static final int POLL_MS = 5;

  private Umount() {}

  /**
   * Unmounts and waits until the daemon has ended.
   *
   * @param lazy do not wait for the users of a mount in use
   * @throws CliException when it is in use, or not a mount of ours
   */
  public static void unmount(Path mountpoint, boolean lazy) throws InterruptedException {
    Path path = Mounts.resolve(mountpoint);
    Optional<Mounts.Mount> found = Mounts.at(path);
    if (found.isEmpty()) {
      removeLeftovers(path);
      return;
    }
    Mounts.Mount mount = found.get();
    if (!mount.isExtfuse()) {
      throw new CliException(
          path + " is a mount of type " + mount.type() + ", not of extfuse: use umount(8)");
    }
    RunDirectory run = RunDirectory.of(mount.connection());
    Optional<RunDirectory.Daemon> daemon = run.daemon();
    try {
      FuseMount.unmount(path, lazy);
    } catch (FuseException e) {
      if (e.errno() == Errno.EBUSY) {
        throw new CliException(
            path
                + " is in use: close what is open there (fuser -vm "
                + path
                + " names it), or unmount it lazily with -l");
      }
      if (Mounts.at(path).equals(found)) {
        throw e;
      } // else its daemon was quicker
    }
    if (daemon.isPresent() && !ends(daemon.get(), lazy ? LAZY_WAIT_MS : WAIT_MS)) {
      String who = "its daemon (process " + daemon.get().pid() + ")";
      if (!lazy) {
        throw new CliException(path + " is unmounted, but " + who + " does not end: kill it");
      }
      Console.say(path + " is out of sight; " + who + " ends with the last user");
      return;
    }
    removeRun(run);
  }

  /** Whether there is a mount of ours. */
  public static boolean isMounted(Path mountpoint) {
    return Mounts.at(Mounts.resolve(mountpoint)).filter(Mounts.Mount::isExtfuse).isPresent();
  }

  private static boolean ends(RunDirectory.Daemon daemon, int ms) throws InterruptedException {
    long deadline = System.nanoTime() + ms * 1_000_000L;
    while (daemon.alive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MS);
    }
    return true;
  }

  /** The number may belong to a new mount by now, with a living daemon. */
  @SuppressWarnings("try") // the lock is held, not used
  private static void removeRun(RunDirectory run) {
    try (RunDirectory.Lock lock = RunDirectory.lock()) {
      if (!run.alive()) {
        run.remove();
      }
    }
  }

  /**
   * Nothing is mounted: what remains are traces of a killed daemon that was unmounted otherwise.
   */
  private static void removeLeftovers(Path path) {
    boolean removed = false;
    for (RunDirectory run : RunDirectory.all()) {
      Optional<RunDirectory.Daemon> daemon = run.daemon();
      if (daemon.isPresent()
          && daemon.get().mountpoint().equals(path.toString())
          && !daemon.get().alive()) {
        removeRun(run);
        removed = true;
      }
    }
    if (!removed) {
      throw new CliException(path + " is not mounted: the mount table has nothing there");
    }
    Console.say(path + " was not mounted any more; removed what its killed daemon had left");
  }
}
