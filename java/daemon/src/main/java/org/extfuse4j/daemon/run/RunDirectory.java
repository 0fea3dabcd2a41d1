// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;

/**
 * What a daemon keeps in /run/extfuse/N, where N is the number of its connection: who it is, its
 * control socket and its log. Whoever finds it can tell a daemon that lives from one that was
 * killed, and remove what that one left.
 */
public final class RunDirectory {
  private static final Path BASE = Path.of("/run/extfuse");
  static final Path PINS = Path.of("/sys/fs/bpf/extfuse");
  private static final String DAEMON = "daemon";
  private static final String MAPS = "maps";
  private static final int WAIT_MS = 15_000;
  private static final int POLL_MS = 5;

  private final int connection;
  private final Path path;

  private RunDirectory(int connection) {
    this.connection = connection;
    this.path = BASE.resolve(Integer.toString(connection));
  }

  /**
   * A process: a pid alone may belong to another by now.
   *
   * @param started clock ticks from the start of the machine to that of the process
   */
  public record Daemon(long pid, long started, String mountpoint) {
    /** Whether it still runs; one that has ended and was not waited for does not. */
    public boolean alive() {
      return started == Processes.startOf(pid);
    }
  }

  public static RunDirectory of(int connection) {
    return new RunDirectory(connection);
  }

  /** All that there are, of living and of dead daemons. */
  public static List<RunDirectory> all() {
    List<RunDirectory> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(BASE)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.matches("[0-9]{1,9}")) {
          found.add(new RunDirectory(Integer.parseInt(name)));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return found; // no daemon was ever started
    }
    return found;
  }

  /** Locks out other mounts and unmounts until the lock is closed. */
  public static Lock lock() {
    try {
      Files.createDirectories(BASE, permissions("rwxr-xr-x"));
      FileChannel file =
          FileChannel.open(
              BASE.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              permissions("rw-------"));
      return new Lock(file, file.lock());
    } catch (IOException e) {
      throw new CommandException("cannot write to " + BASE + " (is /run writable?)", e);
    }
  }

  /** Held while the mount table and the run directories must agree. */
  public record Lock(FileChannel file, FileLock held) implements AutoCloseable {
    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Removes what killed daemons left behind whose mounts are gone as well. Under the lock. */
  public static void sweep() {
    Set<Integer> mounted = new HashSet<>();
    for (Mounts.Mount mount : Mounts.list()) {
      mounted.add(mount.connection());
    }
    for (RunDirectory run : all()) {
      if (!mounted.contains(run.connection) && !run.alive()) {
        run.remove();
      }
    }
  }

  /**
   * Creates the directory of this process and takes over its log, removing an older one. The kernel
   * gives a number out again as soon as its mount is gone; the daemon of that one is waited for.
   */
  public void create(Path mountpoint) throws InterruptedException {
    for (int waited = 0; alive(); waited += POLL_MS) {
      if (waited > WAIT_MS) {
        throw new CommandException(path + " belongs to a daemon that does not end: kill it");
      }
      Thread.sleep(POLL_MS);
    }
    remove();
    try {
      Files.createDirectories(path, permissions("rwx------"));
      long pid = ProcessHandle.current().pid();
      Files.writeString(
          path.resolve(DAEMON),
          pid + " " + Processes.startOf(pid) + " " + mountpoint + "\n",
          StandardCharsets.UTF_8);
      String log = System.getProperty(Console.LOG_PROPERTY);
      if (log != null && Files.isRegularFile(Path.of(log))) {
        Files.move(Path.of(log), log());
      }
    } catch (IOException e) {
      throw new CommandException("cannot write to " + path, e);
    }
  }

  public int connection() {
    return connection;
  }

  public Path socket() {
    return path.resolve("control");
  }

  public Path log() {
    return path.resolve("daemon.log");
  }

  /** Where the maps of this connection are pinned. */
  public Path pins() {
    return PINS.resolve(Integer.toString(connection));
  }

  /** Who serves the connection, or did; empty when that was not written down. */
  public Optional<Daemon> daemon() {
    try {
      String[] words = Files.readString(path.resolve(DAEMON)).split(" ", 3);
      // A path may end with spaces and newlines, of which the last is not its own.
      String mountpoint = words[2].substring(0, words[2].lastIndexOf('\n'));
      return Optional.of(
          new Daemon(Long.parseLong(words[0]), Long.parseLong(words[1]), mountpoint));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes down which maps the daemon has, for whoever looks for them when the pins are gone.
   *
   * @param ids of the kernel, by name
   */
  public void maps(Map<String, Integer> ids) {
    StringBuilder lines = new StringBuilder();
    ids.forEach((name, id) -> lines.append(name).append(' ').append(id).append('\n'));
    try {
      Files.writeString(path.resolve(MAPS), lines, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandException("cannot write to " + path, e);
    }
  }

  /** The ids of the daemon's maps, by name; empty if it has none, or they were not written down. */
  public Map<String, Integer> maps() {
    Map<String, Integer> ids = new HashMap<>();
    try {
      for (String line : Files.readAllLines(path.resolve(MAPS))) {
        int space = line.indexOf(' ');
        ids.put(line.substring(0, space), Integer.parseUnsignedInt(line.substring(space + 1)));
      }
      return ids;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return Map.of();
    }
  }

  public boolean alive() {
    return daemon().map(Daemon::alive).orElse(false);
  }

  /** Removes the directory and the pins. */
  public void remove() {
    removeFolder(pins());
    removeFolder(path);
  }

  private static void removeFolder(Path root) {
    try (Stream<Path> tree = Files.walk(root, 1)) {
      for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new CommandException("cannot remove " + root, e);
    } catch (UncheckedIOException e) {
      throw new CommandException("cannot remove " + root, e.getCause());
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }
}
