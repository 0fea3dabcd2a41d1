// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.daemon.CommandException;

/** Makes the machine cold, and quiet again. */
public final class DropCaches {
  public static final Path FILE = Path.of("/proc/sys/vm/drop_caches");

  // The kernel returns the nodes that it drops in FORGETs, which the daemons work off.
  private static final int QUIET_MS = 40;
  private static final int LONGEST_MS = 5000;

  // The programs of the workloads were dropped too, and what they read when they start, of the
  // locale: that is not what is measured.
  private static final List<String> WARM_TOOLS =
      List.of(
          "bash",
          "-c",
          "export LC_ALL=C.UTF-8; taskset -c 0 find /dev/null; ls -l /dev/null; perl -e 1;"
              + " for tool in git tar rm gcc; do command -v $tool && $tool --version; done; true");

  private DropCaches() {}

  /** Drops the page, dentry and inode caches, flushes the in-kernel maps of one mount. */
  public static void drop(Mounted next, Collection<Mounted> all) throws InterruptedException {
    next.flush();
    all(all);
  }

  /** Drops the page, dentry and inode caches, and waits until the daemons are quiet. */
  public static void all(Collection<? extends Working> daemons) throws InterruptedException {
    Tool.run(List.of("sync"));
    write("3");
    settle(daemons);
  }

  /** Drops dentries and inodes, which memory pressure does to them too; the rest stays. */
  public static void dentries(Collection<? extends Working> daemons) throws InterruptedException {
    write("2");
    settle(daemons);
  }

  /** Runs what the workloads run, so that it is there, and waits until the daemons are quiet. */
  static void settle(Collection<? extends Working> daemons) throws InterruptedException {
    Tool.run(WARM_TOOLS);
    Working.awaitQuiet(
        () -> daemons.stream().map(Working::activity).toList(), QUIET_MS, LONGEST_MS);
  }

  private static void write(String what) {
    try {
      Files.writeString(FILE, what);
    } catch (IOException e) {
      throw new CommandException("cannot drop caches", e);
    }
  }
}
