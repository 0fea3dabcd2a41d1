// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.extfuse4j.cli.CliException;

/**
 * Has the kernel reclaim the memory of this process's control group, as it does when the group
 * comes to its limit: dentries, inodes, and what it holds of files and directories. What is in use
 * stays, and other groups do not notice. Daemons and workloads that this process starts are in its
 * group too. See memory.reclaim in the kernel's admin-guide/cgroup-v2.rst.
 */
public final class MemoryReclaim {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final String OWN = "0::";
  private static final int TRIES = 20;

  private final Path group;

  private MemoryReclaim(Path group) {
    this.group = group;
  }

  /** That of this process; empty if its memory is not accounted, as in the root group. */
  public static Optional<MemoryReclaim> find() {
    try {
      return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
          .filter(line -> line.startsWith(OWN + "/"))
          .map(line -> GROUPS.resolve(line.substring(OWN.length() + 1)))
          .filter(own -> Files.exists(own.resolve("memory.current"))) // the root group has none
          .filter(own -> Files.isWritable(own.resolve("memory.reclaim")))
          .map(MemoryReclaim::new)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reclaims until the kernel finds nothing more, and waits until the daemons are quiet. */
  public void all(Collection<? extends Working> daemons) throws InterruptedException {
    for (int tries = 0; reclaims(); tries++) {
      if (tries == TRIES) {
        throw new CliException("the kernel reclaims memory of " + group + " without an end");
      }
    }
    DropCaches.settle(daemons);
  }

  /** Whether all that was asked for could be reclaimed. EAGAIN says that there was no more. */
  private boolean reclaims() {
    // Not a channel, which is at a loss when a blocking file says EAGAIN.
    try (OutputStream reclaim = new FileOutputStream(group.resolve("memory.reclaim").toFile())) {
      String used = Files.readAllLines(group.resolve("memory.current")).get(0);
      reclaim.write(used.getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (IOException e) {
      if (e.getMessage() != null && e.getMessage().contains("temporarily unavailable")) {
        return false;
      }
      throw new CliException("cannot reclaim memory of " + group, e);
    }
  }
}
