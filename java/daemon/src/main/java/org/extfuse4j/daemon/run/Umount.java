// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.sys.Errno;

/** Ends a mount and its daemon, and cleans up after a killed one. */
public final class Umount {
  private static final int WAIT_MS = 30_000;
  private static final int LAZY_WAIT_MS = 1000;
  private static final int POLL_MS = 5;
  private static final int LOOK_MS = 100;

  private Umount() {}

  /**
   * Unmounts and waits until the daemon has ended.
   *
   * @param lazy do not wait for the users of a mount in use
   * @throws CommandException when it is in use, or not a mount of ours
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
      throw new CommandException(
          path + " is a mount of type " + mount.type() + ", not of extfuse: use umount(8)");
    }
    RunDirectory run = RunDirectory.of(mount.connection());
    Optional<RunDirectory.Daemon> daemon = run.daemon();
    // Numbers are given out again: what is found later must have been there before.
    Set<Integer> before = ids(Places.of(mount.connection()));
    try {
      FuseMount.unmount(path, lazy);
    } catch (FuseException e) {
      if (e.errno() == Errno.EBUSY) {
        throw new CommandException(
            path
                + " is in use: close what is open there (fuser -vm "
                + path
                + " names it), or unmount it lazily with -l");
      }
      if (Mounts.at(path).equals(found)) {
        throw e;
      } // else its daemon was quicker
    }
    if (daemon.isEmpty() || ends(daemon.get(), before, mount.connection(), lazy)) {
      removeRun(run);
    } else {
      goesOn(path, daemon.get(), left(before, mount.connection()), lazy);
    }
  }

  /** Says why a daemon has not ended with its mount. */
  private static void goesOn(
      Path path, RunDirectory.Daemon daemon, List<Places.Place> left, boolean lazy) {
    if (!left.isEmpty()) {
      String text = path + " is unmounted, but " + who(daemon) + serves(left);
      // Whoever unmounts a copy has got what was asked for.
      if (!lazy && daemon.mountpoint().equals(path.toString())) {
        throw new CommandException(text);
      }
      Console.say(text);
    } else if (lazy) {
      Console.say(path + " is out of sight; " + who(daemon) + " ends with the last user");
    } else {
      throw new CommandException(
          path + " is unmounted, but " + who(daemon) + " does not end: kill it");
    }
  }

  private static String who(RunDirectory.Daemon daemon) {
    return "its daemon (process " + daemon.pid() + ")";
  }

  private static String serves(List<Places.Place> places) {
    return " still serves " + Places.describe(places);
  }

  /** Whether there is a mount of ours. */
  public static boolean isMounted(Path mountpoint) {
    return Mounts.at(Mounts.resolve(mountpoint)).filter(Mounts.Mount::isExtfuse).isPresent();
  }

  /** Waits for the end, unless other mounts of the same file system keep it from coming. */
  private static boolean ends(
      RunDirectory.Daemon daemon, Set<Integer> before, int connection, boolean lazy)
      throws InterruptedException {
    long now = System.nanoTime();
    long deadline = now + (lazy ? LAZY_WAIT_MS : WAIT_MS) * 1_000_000L;
    long look = now + LOOK_MS * 1_000_000L;
    while (daemon.alive()) {
      now = System.nanoTime();
      if (now > deadline) {
        return false;
      }
      if (now > look && !left(before, connection).isEmpty()) {
        return !daemon.alive();
      }
      look = now > look ? now + LOOK_MS * 1_000_000L : look;
      Thread.sleep(POLL_MS);
    }
    return true;
  }

  private static List<Places.Place> left(Set<Integer> before, int connection) {
    return Places.of(connection).stream().filter(p -> before.contains(p.id())).toList();
  }

  private static Set<Integer> ids(List<Places.Place> places) {
    return places.stream().map(Places.Place::id).collect(Collectors.toSet());
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
   * Nothing is mounted here: what remains are traces of a killed daemon that was unmounted
   * otherwise, or mounts elsewhere.
   */
  private static void removeLeftovers(Path path) {
    boolean removed = false;
    for (RunDirectory run : RunDirectory.all()) {
      Optional<RunDirectory.Daemon> daemon = run.daemon();
      if (daemon.isPresent() && daemon.get().mountpoint().equals(path.toString())) {
        List<Places.Place> places = Places.of(run.connection());
        if (!daemon.get().alive()) {
          removeRun(run);
          removed = true;
        } else if (!places.isEmpty()) {
          throw new CommandException(
              path + " is not mounted, but " + who(daemon.get()) + serves(places));
        }
      }
    }
    if (!removed) {
      throw new CommandException(path + " is not mounted: the mount table has nothing there");
    }
    Console.say(path + " was not mounted any more; removed what its killed daemon had left");
  }
}
