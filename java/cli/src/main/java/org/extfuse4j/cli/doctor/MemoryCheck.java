// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

import org.extfuse4j.cli.doctor.Finding.Need;
import org.extfuse4j.daemon.MemoryLimit;

/** Whether the cgroup leaves enough memory, for the command's own is what its mounts would have. */
final class MemoryCheck {
  private static final String CHECK = "memory";

  private MemoryCheck() {}

  static Finding find() {
    return MemoryLimit.ofThisProcess()
        .map(MemoryCheck::of)
        .orElseGet(() -> Finding.ok(CHECK, Need.MOUNT, "the cgroup has no limit"));
  }

  static Finding of(MemoryLimit limit) {
    String has = "the cgroup has " + limit;
    if (limit.bytes() < MemoryLimit.LEAST) {
      return Finding.lacks(
          CHECK, Need.MOUNT, has + ": a daemon takes " + (MemoryLimit.LEAST >> 20) + "M");
    }
    // By default a JVM's heap may have a quarter.
    return limit.forMaps(limit.bytes() / 4) < 0
        ? Finding.lacks(
            CHECK, Need.CACHE, has + ": too little for the maps of a cache, beside the daemon")
        : Finding.ok(CHECK, Need.MOUNT, has);
  }
}
