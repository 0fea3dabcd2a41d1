// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much memory this process may take, with what else is in its cgroup: the least of the limits
 * of its cgroup and of those above it (memory.max of cgroups(7) version 2, memory.limit_in_bytes of
 * version 1). Who exceeds it is killed by SIGKILL and cannot say a word.
 *
 * @param bytes the limit
 * @param where the file that says so
 */
public record MemoryLimit(long bytes, Path where) {
  /**
   * What a daemon takes beside its heap and the cache's maps: the JVM, its code, threads and
   * buffers; measured, and a third more.
   */
  public static final long JVM = 96L << 20;

  /** The least for a mount: {@link #JVM} and a small heap. */
  public static final long LEAST = 128L << 20;

  /** Where a control group's controllers are mounted, and which part of the tree that is. */
  private record Mount(Path at, Path root, String file) {}

  /** This process's; empty if there is none. */
  public static Optional<MemoryLimit> ofThisProcess() {
    try {
      return of(
          Files.readAllLines(Path.of("/proc/self/cgroup")),
          Files.readAllLines(Path.of("/proc/self/mountinfo")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As /proc/PID/cgroup and /proc/PID/mountinfo (proc(5)) tell. */
  static Optional<MemoryLimit> of(List<String> cgroups, List<String> mounts) {
    MemoryLimit least = null;
    for (String cgroup : cgroups) {
      String[] fields = cgroup.split(":", 3);
      if (fields.length < 3) {
        continue;
      }
      boolean unified = fields[0].equals("0") && fields[1].isEmpty();
      if (!unified && !List.of(fields[1].split(",", -1)).contains("memory")) {
        continue;
      }
      for (Mount mount : mounts(mounts, unified)) {
        least = least(least, mount, Path.of(fields[2]));
      }
    }
    return Optional.ofNullable(least);
  }

  // Fields of mountinfo: 3 root, 4 mount point, and behind a "-" type, source, options.
  private static List<Mount> mounts(List<String> mountinfo, boolean unified) {
    List<Mount> found = new ArrayList<>();
    for (String line : mountinfo) {
      int dash = line.indexOf(" - ");
      String[] front = line.split(" ", -1);
      if (dash < 0 || front.length < 5) {
        continue;
      }
      String[] back = line.substring(dash + 3).split(" ", -1);
      boolean fits =
          unified
              ? back[0].equals("cgroup2")
              : back[0].equals("cgroup")
                  && List.of(back[back.length - 1].split(",", -1)).contains("memory");
      if (fits) {
        String file = unified ? "memory.max" : "memory.limit_in_bytes";
        found.add(new Mount(Path.of(front[4]), Path.of(front[3]), file));
      }
    }
    return found;
  }

  private static MemoryLimit least(MemoryLimit so, Mount mount, Path cgroup) {
    MemoryLimit least = so;
    // In a container the mount may show a part of the tree only, or the whole to whom it is not.
    Path inside =
        cgroup.startsWith(mount.root())
            ? mount.root().relativize(cgroup)
            : Path.of("/").relativize(cgroup.toAbsolutePath());
    Path at = mount.at().resolve(inside).normalize();
    while (at != null && at.startsWith(mount.at())) {
      long limit = read(at.resolve(mount.file()));
      if (limit >= 0 && (least == null || limit < least.bytes())) {
        least = new MemoryLimit(limit, at.resolve(mount.file()));
      }
      at = at.getParent();
    }
    return least;
  }

  // "max", or in version 1 a number that no machine has, is no limit.
  private static long read(Path file) {
    try {
      long limit = Long.parseLong(Files.readString(file).strip());
      return limit < 1L << 60 ? limit : -1;
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  /**
   * What is left for the cache's maps, in bytes; negative if the daemon itself hardly fits.
   *
   * @param heap the most that the Java heap takes
   */
  public long forMaps(long heap) {
    return bytes - JVM - heap;
  }

  /** A limit that is enough for a daemon with so many bytes of maps, and a heap of a quarter. */
  static long enough(long maps) {
    return (JVM + maps) / 3 * 4;
  }

  /** As a person reads it. */
  @Override
  public String toString() {
    return (bytes >> 20) + "M (" + where + ")";
  }
}
