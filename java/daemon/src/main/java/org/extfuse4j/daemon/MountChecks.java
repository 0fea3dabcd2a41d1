// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.RunDirectory;

/**
 * What must hold before anything is mounted. Each check throws a {@link CommandException} that says
 * what is wrong and what to do; the kernel's own errno would say much less.
 */
public final class MountChecks {
  private static final Path FUSE = Path.of("/dev/fuse");
  private static final int CAP_SYS_ADMIN = 21;

  private MountChecks() {}

  /** May this process mount at all? */
  public static void privileges() {
    if ((effectiveCapabilities() >>> CAP_SYS_ADMIN & 1) == 0) {
      throw new CommandException("mounting needs root (CAP_SYS_ADMIN): run it with sudo");
    }
    if (!Files.exists(FUSE)) {
      throw new CommandException(
          FUSE
              + " is missing: load the fuse module (modprobe fuse) or give the container "
              + "the device");
    }
    if (!Files.isReadable(FUSE) || !Files.isWritable(FUSE)) {
      throw new CommandException("no permission for " + FUSE + ": run it as root");
    }
  }

  /**
   * What to do about a kernel without ExtFUSE, after a separator; empty if a message says something
   * else.
   */
  public static String kernelHint(String message, String separator) {
    return message.contains("CONFIG_EXTFUSE") ? separator + "scripts/vm boots one that has it" : "";
  }

  /** Whether a file system of a type is what is seen at a path. */
  public static boolean isMounted(Path path, String type) {
    return Mounts.at(path).filter(mount -> mount.type().equals(type)).isPresent();
  }

  /**
   * The source, resolved.
   *
   * @throws CommandException unless it is a directory that can be read
   */
  static Path source(Path given) {
    Path path = Mounts.absolute(given);
    try {
      path = path.toRealPath();
      if (!Files.isDirectory(path)) {
        throw new CommandException("source " + path + " is not a directory: give a directory");
      }
      if (!Files.isReadable(path)) {
        throw new AccessDeniedException(path.toString());
      }
    } catch (NoSuchFileException e) {
      throw new CommandException("source " + path + " does not exist: give an existing directory");
    } catch (AccessDeniedException e) {
      throw new CommandException("source " + path + " may not be read: give it read permission");
    } catch (IOException e) {
      throw new CommandException("source " + path + " cannot be read", e);
    }
    return path;
  }

  /**
   * The mount point, resolved. Under {@link RunDirectory#lock}, so that two mounts cannot both find
   * it free.
   *
   * @param source as {@link #source} gave it
   */
  static Path mountpoint(Path given, Path source) {
    Path path = free(given);
    if (source.startsWith(path)) {
      throw new CommandException(
          "source "
              + source
              + " is inside the mount point "
              + path
              + ", which would hide it: mount somewhere else");
    }
    return usable(path, List.of());
  }

  /**
   * The same for a file system without a source.
   *
   * @param classes where the daemon finds its classes, besides its own
   */
  static Path mountpoint(Path given, List<Path> classes) {
    return usable(free(given), classes);
  }

  private static Path free(Path given) {
    Path path = Mounts.resolve(given);
    Mounts.at(path).filter(Mounts.Mount::isExtfuse).ifPresent(MountChecks::alreadyMounted);
    if (isTrigger(path)) {
      return path;
    }
    if (!Files.exists(path)) {
      throw new CommandException("mount point " + path + " does not exist: mkdir " + path);
    }
    if (!Files.isDirectory(path)) {
      throw new CommandException("mount point " + path + " is not a directory: give an empty one");
    }
    return path;
  }

  /**
   * Of an automounter: it has nothing of its own, and a look would have something mounted there.
   */
  private static boolean isTrigger(Path path) {
    return isMounted(path, "autofs");
  }

  private static Path usable(Path path, List<Path> classes) {
    ownFiles(path, classes);
    empty(path);
    return path;
  }

  private static void alreadyMounted(Mounts.Mount mount) {
    String path = mount.mountpoint();
    if (RunDirectory.of(mount.connection()).alive()) {
      throw new CommandException(path + " is already mounted: extfuse umount " + path + " first");
    }
    throw new CommandException(
        path
            + " holds a dead mount whose daemon is gone (ENOTCONN): extfuse umount "
            + path
            + " cleans it up");
  }

  /** A daemon that read its classes or its JDK through its own mount would wait for itself. */
  private static void ownFiles(Path mountpoint, List<Path> others) {
    String jdk = System.getProperty("java.home");
    String classes = System.getProperty("java.class.path", "");
    for (Path other : others) {
      classes += File.pathSeparator + other;
    }
    for (String file : (jdk + File.pathSeparator + classes).split(File.pathSeparator, -1)) {
      if (!file.isEmpty() && real(Path.of(file)).startsWith(mountpoint)) {
        throw new CommandException(
            "mount point "
                + mountpoint
                + " holds files of the daemon itself ("
                + file
                + "): mount somewhere else");
      }
    }
  }

  private static void empty(Path mountpoint) {
    if (isTrigger(mountpoint)) {
      return;
    }
    try (Stream<Path> entries = Files.list(mountpoint)) {
      if (entries.findAny().isPresent()) {
        throw new CommandException(
            "mount point " + mountpoint + " is not empty: give an empty directory");
      }
    } catch (IOException e) {
      throw new CommandException("mount point " + mountpoint + " cannot be read", e);
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath();
    }
  }

  private static long effectiveCapabilities() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // let mount(2) decide
    }
  }
}
