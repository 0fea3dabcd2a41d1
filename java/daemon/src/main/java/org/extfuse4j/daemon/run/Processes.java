// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells processes apart that had the same pid, one after the other. */
public final class Processes {
  private Processes() {}

  /**
   * Leaves the session, process group and terminal of whoever started this process. Does nothing if
   * it leads a process group, and so has one of its own.
   */
  public static void leaveSession() {
    Libc.setsid();
  }

  /**
   * Clock ticks from the start of the machine to that of a process; -1 if it has ended, also if
   * nobody has waited for it.
   */
  public static long startOf(long pid) {
    try {
      // Field 22, counted from behind the name, which may hold anything. A process is gone when its
      // last thread is, not when its first one waits for the others.
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fields[0].equals("Z") || fields[0].equals("X");
      int threads = Integer.parseInt(fields[17]);
      return ended && threads <= 1 ? -1 : Long.parseLong(fields[19]);
    } catch (IOException e) {
      return -1;
    }
  }
}
