// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseMount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse umount}: ends a mount and its daemon, and cleans up after a killed one. */
@Command(
    name = "umount",
    description = {
      "Unmounts MOUNTPOINT and waits until its daemon has ended. Cleans up after one that was"
          + " killed.",
      ""
    },
    mixinStandardHelpOptions = true)
final class UmountCommand implements Callable<Integer> {
  private static final int WAIT_MS = 30_000;
  private static final int LAZY_WAIT_MS = 1000;
  private static final int POLL_MS = 5;

  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Option(
      names = {"-l", "--lazy"},
      description = "Unmount a mount in use: out of sight now, gone with its last user.")
  boolean lazy;

  @Override
  public Integer call() throws InterruptedException {
    Path path = Mounts.resolve(mountpoint);
    Optional<Mounts.Mount> found = Mounts.at(path);
    if (found.isEmpty()) {
      removeLeftovers(path);
      return 0;
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
      throw e;
    }
    if (daemon.isPresent() && !ends(daemon.get(), lazy ? LAZY_WAIT_MS : WAIT_MS)) {
      String who = "its daemon (process " + daemon.get().pid() + ")";
      if (!lazy) {
        throw new CliException(path + " is unmounted, but " + who + " does not end: kill it");
      }
      Console.say(path + " is out of sight; " + who + " ends with the last user");
      return 0;
    }
    removeRun(run);
    return 0;
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
