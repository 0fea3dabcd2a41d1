// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.daemon.CommandException;

/**
 * A mount as one finds it without its daemon: from the mount table, and from what is pinned for it.
 * It may have only one of the two.
 *
 * @param number of the connection, by which the maps are pinned
 * @param mountpoint where it is mounted, if it is
 * @param source the directory that is mounted, if it is
 */
public record PinnedMount(int number, Optional<String> mountpoint, Optional<String> source) {
  /** For the parameter of a command that {@link #of} reads. */
  public static final String DESCRIPTION =
      "Where it is mounted; or its number, as 'extfuse map ls' shows it.";

  private static final Path SYSTEM = Path.of("/sys/fs/bpf");

  /**
   * The mount at a path, or with a number.
   *
   * @throws CommandException when there is none of ours
   */
  public static PinnedMount of(String mount) {
    if (mount.matches("[0-9]{1,7}")) {
      int number = Integer.parseInt(mount);
      return all().stream()
          .filter(found -> found.number == number)
          .findAny()
          .orElseThrow(
              () ->
                  new CommandException(
                      "there is no extfuse mount with the number "
                          + mount
                          + ": see extfuse map ls (a directory of that name is ./"
                          + mount
                          + ")"));
    }
    Path path = Mounts.resolve(Path.of(mount));
    Mounts.Mount found =
        Mounts.at(path)
            .orElseThrow(
                () ->
                    new CommandException(
                        path + " is not a mount point: extfuse map ls shows those of extfuse"));
    if (!found.isExtfuse()) {
      throw new CommandException(
          path
              + " is a mount of "
              + found.type()
              + ", not of extfuse: extfuse map ls shows those that are");
    }
    return of(found);
  }

  /** All that are mounted or pinned, in the order of their numbers. */
  public static List<PinnedMount> all() {
    TreeMap<Integer, PinnedMount> byNumber = new TreeMap<>();
    for (int number : pinned()) {
      byNumber.put(number, new PinnedMount(number, Optional.empty(), Optional.empty()));
    }
    for (Mounts.Mount mount : Mounts.list()) {
      if (mount.isExtfuse()) {
        byNumber.put(mount.connection(), of(mount));
      }
    }
    return List.copyOf(byNumber.values());
  }

  private static PinnedMount of(Mounts.Mount mount) {
    return new PinnedMount(
        mount.connection(), Optional.of(mount.mountpoint()), Optional.of(mount.source()));
  }

  private static List<Integer> pinned() {
    List<Integer> numbers = new ArrayList<>();
    try (Stream<Path> pins = Files.list(RunDirectory.PINS)) {
      for (Path pin : pins.toList()) {
        String name = pin.getFileName().toString();
        if (name.matches("[0-9]{1,7}")) {
          numbers.add(Integer.parseInt(name));
        }
      }
    } catch (NoSuchFileException e) {
      return numbers; // nothing was ever pinned
    } catch (IOException e) {
      throw new CommandException("cannot read " + RunDirectory.PINS + " (run as root)", e);
    }
    return numbers;
  }

  /** The directory with the maps, which is there if the mount has an in-kernel cache. */
  public Path pins() {
    return RunDirectory.of(number).pins();
  }

  /**
   * Whether there are maps: pinned, or, when somebody has removed the pins, in the daemon's hands.
   *
   * @throws CommandException without the right to see that
   */
  public boolean hasMaps() {
    if (Files.exists(SYSTEM) && !Files.isExecutable(SYSTEM)) {
      throw new CommandException("no permission to look into " + SYSTEM + ": run as root");
    }
    return Files.isDirectory(pins()) || !ids().isEmpty();
  }

  private Map<String, Integer> ids() {
    return RunDirectory.of(number).maps();
  }

  /** The process that serves it, if it lives. */
  public Optional<Long> daemon() {
    return RunDirectory.of(number)
        .daemon()
        .filter(RunDirectory.Daemon::alive)
        .map(RunDirectory.Daemon::pid);
  }

  /** The mount point, or the number of what is not mounted any more. */
  public String name() {
    return mountpoint.orElse("number " + number);
  }

  /** Whether the connection is in the mount table, wherever. */
  public boolean isMounted() {
    return Mounts.list().stream().anyMatch(m -> m.isExtfuse() && m.connection() == number);
  }

  /**
   * A path from the root of the mount, which may be given with the mount point before it. Only text
   * is compared: the mount may hang.
   */
  public String inside(String path) {
    String point = mountpoint.orElse("");
    boolean below = !point.isEmpty() && (path + "/").startsWith(point + "/");
    return below ? path.substring(point.length()) : path;
  }

  /**
   * Opens the maps to look at; the caller closes them.
   *
   * @throws CommandException when there are none, or they cannot be read
   */
  public PinnedCache open() {
    try {
      return openMaps();
    } catch (BpfException e) {
      throw new CommandException(explain(e));
    }
  }

  private PinnedCache openMaps() {
    try {
      return PinnedCache.open(pins());
    } catch (BpfException e) {
      Map<String, Integer> ids = ids();
      if (e.errno() != Errno.ENOENT || ids.isEmpty()) {
        throw e;
      }
      return PinnedCache.open(ids);
    }
  }

  private String explain(BpfException e) {
    String maps = "the maps of " + name();
    return switch (e.errno()) {
      case Errno.EPERM, Errno.EACCES -> "no permission to read " + maps + ": run as root";
      case Errno.ENOENT -> noMaps(maps);
      case Errno.EINVAL -> maps + " are of another version of extfuse: " + e.getMessage();
      default -> e.getMessage();
    };
  }

  private String noMaps(String maps) {
    if (!ids().isEmpty()) {
      return maps + " are not there: its daemon is gone, and so are the pins in " + pins();
    }
    return Files.isDirectory(SYSTEM)
        ? name() + " has no maps in " + pins() + ": mounted without the in-kernel cache"
        : maps + " are not there: " + SYSTEM + " is not mounted";
  }
}
