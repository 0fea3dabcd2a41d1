// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The mount table, from /proc/self/mountinfo: reading it touches no mount, dead or alive. */
public final class Mounts {
  static final String TYPE = "fuse.extfuse";
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

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
  }

  private Mounts() {}

  static List<Mount> list() {
    try {
      return parse(Files.readString(TABLE, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new CliException("cannot read the mount table, is /proc mounted?", e);
    }
  }

  /** Whether anything is mounted at a path. */
  public static boolean isMountPoint(Path path) {
    return at(resolve(path)).isPresent();
  }

  /** The mount that is seen at a path, which is absolute and free of symbolic links. */
  public static Optional<Mount> at(Path path) {
    return list().stream()
        .filter(m -> m.mountpoint().equals(path.toString()))
        .reduce((below, top) -> top);
  }

  /**
   * A path as the table has it: absolute, without symbolic links. Unlike {@link Path#toRealPath}
   * this does not ask the file system mounted there, whose daemon may be dead.
   */
  static Path resolve(Path path) {
    Path absolute = absolute(path);
    Path name = absolute.getFileName();
    if (name == null || name.toString().equals(".") || name.toString().equals("..")) {
      return real(absolute);
    }
    Path real = real(absolute.getParent()).resolve(name);
    return at(real).isPresent() ? real : real(real);
  }

  /** Relative paths count from where the person typed them: the daemon itself sits in "/". */
  static Path absolute(Path path) {
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

  /**
   * @param table bytes as ISO-8859-1
   */
  static List<Mount> parse(String table) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      // 36 35 0:57 /root /mountpoint options [optional...] - type source superoptions
      int separator = line.indexOf(" - ");
      if (separator < 0) {
        continue;
      }
      String[] left = line.substring(0, separator).split(" ", -1);
      String[] right = line.substring(separator + 3).split(" ", -1);
      if (left.length < 6 || right.length < 2) {
        continue;
      }
      int minor = Integer.parseInt(left[2].substring(left[2].indexOf(':') + 1));
      mounts.add(new Mount(minor, unescape(left[4]), unescape(right[0]), unescape(right[1])));
    }
    return mounts;
  }

  /** Undoes the kernel's escapes, a backslash with three octal digits. */
  private static String unescape(String field) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        bytes.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.append(c);
      }
    }
    return new String(
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
