// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mount table of a process as proc_pid_mountinfo(5) has it. Reading it touches no mount:
 * neither one that hangs nor one that is yet to be made by an automounter.
 *
 * <p>The kernel (fs/proc_namespace.c) writes space, tab, newline and backslash as a backslash with
 * three octal digits, in types and sources {@code #} too, and all else as it is. Names are bytes.
 */
public final class MountTable {
  /** The table of this process's mount namespace. */
  public static final Path OWN = Path.of("/proc/self/mountinfo");

  private static final int FIRST_FIELDS = 6;

  /**
   * One line of the table.
   *
   * @param id of the mount, unique among those that live
   * @param parent id of the mount that it is on
   * @param device number, "0:57", the same for all mounts of one file system
   * @param root what of the file system is shown, "/" unless it is a bind mount of a part
   * @param mountpoint bytes as ISO-8859-1
   * @param options of this mount, "rw,nosuid,nodev"; not those of the file system
   * @param type file system type, with its subtype
   * @param source what was given to mount(2), often nothing that exists
   */
  public record Mount(
      int id,
      int parent,
      String device,
      String root,
      String mountpoint,
      String options,
      String type,
      String source) {
    /** Whether it is on a path, which is absolute and free of symbolic links. */
    public boolean isOn(Path path) {
      return mountpoint.equals(bytes(path));
    }

    /** The mount point as it is printed and given to {@link Path#of}. */
    public String point() {
      return text(mountpoint);
    }

    /** Whether an option is set, "ro". */
    public boolean has(String option) {
      return Arrays.asList(options.split(",", -1)).contains(option);
    }

    /** Minor device number, by which the kernel names a FUSE connection. */
    public int minor() {
      return Integer.parseInt(device.substring(device.indexOf(':') + 1));
    }
  }

  private MountTable() {}

  /**
   * All mounts that a process sees, in the kernel's order.
   *
   * @param table {@link #OWN}, or that of another process
   * @throws IOException if /proc is not mounted, or the process is gone
   */
  public static List<Mount> read(Path table) throws IOException {
    return parse(Files.readString(table, StandardCharsets.ISO_8859_1));
  }

  /**
   * Reads the text of a table.
   *
   * @param table bytes as ISO-8859-1; lines that are none are left out
   */
  public static List<Mount> parse(String table) {
    List<Mount> mounts = new ArrayList<>();
    // A carriage return is a byte of a name like others.
    for (String line : table.split("\n", -1)) {
      // 36 35 0:57 /root /mountpoint options [optional...] - type source superoptions
      int separator = line.indexOf(" - ");
      if (separator < 0) {
        continue;
      }
      String[] left = line.substring(0, separator).split(" ", -1);
      String[] right = line.substring(separator + 3).split(" ", -1);
      if (left.length < FIRST_FIELDS || right.length < 2) {
        continue;
      }
      mounts.add(
          new Mount(
              Integer.parseInt(left[0]),
              Integer.parseInt(left[1]),
              left[2],
              text(unescape(left[3])),
              unescape(left[4]),
              left[5],
              text(unescape(right[0])),
              text(unescape(right[1]))));
    }
    return mounts;
  }

  /** The mount that is seen at a path, the topmost of those that are on it. */
  public static Optional<Mount> at(List<Mount> mounts, Path path) {
    List<Mount> there = mounts.stream().filter(mount -> mount.isOn(path)).toList();
    // The order says little of what is above: a mount may be moved beneath another.
    Set<Integer> covered = new HashSet<>();
    there.forEach(mount -> covered.add(mount.parent()));
    Optional<Mount> last = there.stream().reduce((below, above) -> above);
    return there.stream()
        .filter(mount -> !covered.contains(mount.id()))
        .reduce((below, above) -> above)
        .or(() -> last);
  }

  /** The device number, "0:57", of the topmost mount at a path; "" when none or no /proc. */
  public static String device(Path mountpoint) {
    try {
      return at(read(OWN), mountpoint).map(Mount::device).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether the topmost mount at a path is of FUSE; false when none or no /proc. */
  static boolean isFuse(Path mountpoint) {
    try {
      return at(read(OWN), mountpoint).map(Mount::type).orElse("").startsWith("fuse");
    } catch (IOException e) {
      return false;
    }
  }

  private static String bytes(Path path) {
    return new String(
        path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String text(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
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
    return bytes.toString();
  }
}
