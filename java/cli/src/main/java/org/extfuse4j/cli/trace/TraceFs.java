// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the kernel's trace file system is. */
public final class TraceFs {
  private static final List<Path> PLACES =
      List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));

  /** What to do when it is not there. */
  public static final String HOW_TO_MOUNT = "mount -t tracefs tracefs /sys/kernel/tracing";

  private TraceFs() {}

  /** Its directory; empty if it is not mounted, or this process may not look into it. */
  public static Optional<Path> find() {
    return PLACES.stream()
        .filter(place -> Files.isDirectory(place.resolve("instances")))
        .findFirst();
  }

  /** Whether it is mounted, but closed to this process. */
  static boolean isForbidden() {
    return PLACES.stream().anyMatch(place -> Files.exists(place) && !Files.isExecutable(place));
  }
}
