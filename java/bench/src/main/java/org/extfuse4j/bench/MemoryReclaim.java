// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.extfuse4j.daemon.CommandException;

/**
 * Has the kernel reclaim what it can of the memory of this process's control group: dentries,
 * inodes, and what it holds of files and directories. That is the most that a lack of memory can do
 * to them; a group that is at its limit loses what was not used lately. What is in use stays, and
 * other groups do not notice. Daemons and workloads that this process starts are in its group too.
 * See memory.reclaim in the kernel's admin-guide/cgroup-v2.rst.
 */
public final class MemoryReclaim {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final String OWN = "0::";
  private static final int TRIES = 20;

  private final Path group;

  private MemoryReclaim(Path group) {
    this.group = group;
  }

  /**
   * That of this process; empty if it has none of its own, or if its memory is not accounted. A
   * user's session, say, has others in it, and so has the root group.
   */
  public static Optional<MemoryReclaim> find() {
    try {
      return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
          .filter(line -> line.startsWith(OWN + "/"))
          .map(line -> GROUPS.resolve(line.substring(OWN.length() + 1)))
          .filter(own -> Files.isWritable(own.resolve("memory.reclaim")) && isOwn(own))
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
        throw new CommandException("the kernel reclaims memory of " + group + " without an end");
      }
    }
    DropCaches.settle(daemons);
  }

  private static boolean isOwn(Path group) {
    ProcessHandle self = ProcessHandle.current();
    Set<Long> own =
        Stream.concat(Stream.of(self), self.descendants())
            .map(ProcessHandle::pid)
            .collect(Collectors.toSet());
    try {
      return Files.readAllLines(group.resolve("cgroup.procs")).stream()
          .allMatch(pid -> own.contains(Long.parseLong(pid)));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether all that was asked for could be reclaimed. EAGAIN says that there was no more. */
  private boolean reclaims() throws InterruptedException {
    String all = "cat \"$1/memory.current\" >\"$1/memory.reclaim\"";
    Tool.Result result =
        Tool.run(List.of("env", "LC_ALL=C", "sh", "-c", all, "sh", group.toString()));
    if (result.status() == 0) {
      return true;
    }
    if (result.lastLine().endsWith(": Resource temporarily unavailable")) {
      return false;
    }
    throw new CommandException("cannot reclaim memory of " + group + ": " + result.lastLine());
  }
}
