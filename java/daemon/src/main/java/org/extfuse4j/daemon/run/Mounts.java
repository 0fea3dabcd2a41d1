// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.fuse.MountTable;

/** The mount table as commands need it. Reading it touches no mount, dead or alive. */
public final class Mounts {
  public static final String TYPE = "fuse.extfuse";

  /**
   * One line of the table.
   *
   * @param connection minor device number, by which the kernel names a FUSE connection
   * @param type file system type, with its subtype
   */
  public record Mount(int connection, String mountpoint, String type, String source) {
    /** Whether a daemon of this project serves it. */
    public boolean isExtfuse() {
      return type.equals(TYPE);
    }

    private static Mount of(MountTable.Mount mount) {
      return new Mount(mount.minor(), mount.point(), mount.type(), mount.source());
    }
  }

  private Mounts() {}

  public static List<MountTable.Mount> table() {
    try {
      return MountTable.read(MountTable.OWN);
    } catch (IOException e) {
      throw new CommandException("cannot read the mount table, is /proc mounted?", e);
    }
  }

  public static List<Mount> list() {
    return table().stream().map(Mount::of).toList();
  }

  /** Whether anything is mounted at a path. */
  public static boolean isMountPoint(Path path) {
    return at(resolve(path)).isPresent();
  }

  /** The mount that is seen at a path, which is absolute and free of symbolic links. */
  public static Optional<Mount> at(Path path) {
    return MountTable.at(table(), path).map(Mount::of);
  }

  /**
   * A path as the table has it: absolute, without symbolic links. Unlike {@link Path#toRealPath}
   * this does not ask the file system mounted there, whose daemon may be dead.
   */
  public static Path resolve(Path path) {
    Path absolute = absolute(path);
    Path name = absolute.getFileName();
    if (name == null || name.toString().equals(".") || name.toString().equals("..")) {
      return real(absolute);
    }
    Path real = real(absolute.getParent()).resolve(name);
    return at(real).isPresent() ? real : real(real);
  }

  /** Relative paths count from where the person typed them: the daemon itself sits in "/". */
  public static Path absolute(Path path) {
    String cwd = System.getProperty("extfuse.cwd", "");
    return Path.of(cwd).resolve(path).toAbsolutePath();
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }
}
