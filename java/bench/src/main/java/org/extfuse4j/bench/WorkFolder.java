// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.run.Umount;
import org.extfuse4j.fuse.FuseException;

/**
 * Where a benchmark has its mount points and outputs. Nothing of it remains: when it is closed, or
 * the process is told to end (Ctrl-C) at any time, the programs that were started are ended, what
 * is mounted is unmounted, and the folder is removed.
 */
public final class WorkFolder implements AutoCloseable {
  private static final int CHILD_SECONDS = 20;
  private static final int TRIES = 3;

  private final Path path;
  private final Thread hook = new Thread(this::cleanUp, "cleanup");
  private boolean closed;

  private WorkFolder(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes one.
   *
   * @param parent where, or null: in the directory for temporary files
   */
  public static WorkFolder in(Path parent) {
    Path in = parent == null ? Path.of(System.getProperty("java.io.tmpdir")) : parent;
    try {
      Files.createDirectories(in);
      return new WorkFolder(Files.createTempDirectory(in.toRealPath(), "extfuse-bench."));
    } catch (IOException e) {
      throw new CommandException("cannot work in " + in, e);
    }
  }

  /** A file in it. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Where the mount points are. */
  public Path mountpoints() {
    return path.resolve("mnt");
  }

  @Override
  public void close() {
    cleanUp();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // that is where it is called from
    }
  }

  /** What counts is not what was planned but what is mounted. */
  private synchronized void cleanUp() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      // A program that was started just now, by another thread, may still hold a mount.
      boolean gone = false;
      for (int tries = TRIES; !gone && tries > 0; tries--) {
        endChildren();
        gone = unmountAll(tries == 1);
      }
      if (gone) {
        remove();
      }
    } catch (IOException e) {
      Console.say("bench: " + path + " remains: " + e.getMessage());
    }
  }

  private static void endChildren() {
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroy);
    children.forEach(
        child -> child.onExit().completeOnTimeout(child, CHILD_SECONDS, TimeUnit.SECONDS).join());
  }

  private boolean unmountAll(boolean last) throws IOException {
    boolean gone = true;
    for (Path mountpoint : list(mountpoints())) {
      gone &= unmount(mountpoint, last);
    }
    return gone;
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static boolean unmount(Path mountpoint, boolean last) {
    try {
      if (Umount.isMounted(mountpoint)) {
        Umount.unmount(mountpoint, false);
      }
      return true;
    } catch (CommandException | FuseException e) {
      if (last) {
        Console.say("bench: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  // No deeper than to the mount points: what is below them, if one were still mounted, is the tree.
  private void remove() throws IOException {
    try (Stream<Path> entries = Files.walk(path, 2)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
