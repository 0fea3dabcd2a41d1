// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.extfuse4j.fuse.MountTable;

/**
 * Where a file system is mounted, in all mount namespaces that a process is in: by bind mounts,
 * also of a part, and by copies of a namespace. Its daemon lives as long as one of them.
 */
public final class Places {
  private static final Path PROC = Path.of("/proc");
  private static final int SHOWN = 3;

  /**
   * One mount.
   *
   * @param id of the mount, which is another for each place
   * @param pid a process that sees it there, 0 for this one
   */
  record Place(int id, String point, long pid) {
    /** What to do about it, as a command. */
    String umount() {
      return pid == 0 ? "umount " + point : "nsenter -m -t " + pid + " umount " + point;
    }

    @Override
    public String toString() {
      return pid == 0
          ? point
          : point + " in the mount namespace of process " + pid + " (" + command(pid) + ")";
    }
  }

  private Places() {}

  /** All places of a FUSE connection; those that this process sees come first. */
  public static List<Place> of(int connection) {
    List<Place> places = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Path self = PROC.resolve("self");
    look(self, 0, connection, seen, places);
    try (Stream<Path> processes = Files.list(PROC)) {
      for (Path process : processes.toList()) {
        String name = process.getFileName().toString();
        if (name.matches("[0-9]+")) {
          look(process, Long.parseLong(name), connection, seen, places);
        }
      }
    } catch (IOException e) {
      return places; // what this process sees is more than nothing
    }
    return places;
  }

  /** What to do about some of them, as part of a line. */
  static String describe(List<Place> places) {
    String text =
        places.stream()
            .limit(SHOWN)
            .map(place -> place + ": " + place.umount())
            .collect(Collectors.joining("; and on "));
    int more = places.size() - SHOWN;
    return more > 0 ? text + "; and " + more + " more" : text;
  }

  /** The tables of processes in one namespace with one root are the same: read once. */
  private static void look(
      Path process, long pid, int connection, Set<String> seen, List<Place> places) {
    try {
      String namespace = Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
      if (!seen.add(namespace + Files.readSymbolicLink(process.resolve("root")))) {
        return;
      }
      for (MountTable.Mount mount : MountTable.read(process.resolve("mountinfo"))) {
        boolean ours = mount.type().equals(Mounts.TYPE) && mount.minor() == connection;
        if (ours && places.stream().noneMatch(place -> place.id() == mount.id())) {
          places.add(new Place(mount.id(), mount.point(), pid));
        }
      }
    } catch (IOException e) {
      return; // it has ended, or is a kernel thread that is not to be looked at
    }
  }

  private static String command(long pid) {
    Path file = PROC.resolve(pid + "/comm");
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      return lines.isEmpty() ? "" : lines.get(0);
    } catch (IOException e) {
      return "ended";
    }
  }
}
