// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users who open all that they can leave the mount to others. */
class GreedyUsersTest {
  private static final int LIMIT = 3000;

  private final String before = prlimit("--output=SOFT,HARD", "--noheadings").strip();
  private final StackMount m;

  GreedyUsersTest() {
    // The daemon's, which is this process. Not the hard limit: it takes CAP_SYS_RESOURCE to raise.
    prlimit("--nofile=" + LIMIT + ":");
    m = new StackMount();
  }

  private static String prlimit(String... what) {
    String[] command = new String[what.length + 4];
    command[0] = "prlimit";
    command[1] = "--pid";
    command[2] = String.valueOf(ProcessHandle.current().pid());
    command[3] = what[0].startsWith("--output") ? "--nofile" : what[0];
    System.arraycopy(what, 0, command, 4, what.length);
    return Sh.run(command).succeeds();
  }

  @AfterEach
  void end() {
    m.close();
    prlimit("--nofile=" + before.replaceAll(" +", ":"));
  }

  private FsOp nobody() {
    return new FsOp(
        m.mnt,
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--",
        "prlimit",
        "--nofile=" + LIMIT,
        "--");
  }

  @Test
  void leaveTheMountToRoot() {
    Sh.script(m.source, "echo x >f && mkdir d && touch d/a d/b").succeeds();
    try (FsOp one = nobody();
        FsOp two = nobody();
        FsOp root = new FsOp(m.mnt)) {
      String[] got =
          (one.ok("hoard", "f", LIMIT) + " " + two.ok("hoard", "f", LIMIT)).split(" ", -1);
      assertThat(Integer.parseInt(got[0])).isGreaterThan(LIMIT / 10);
      for (int i = 0; i < 50; i++) {
        root.ok("open", i, "r", "f");
      }
      root.ok("list", "d");
      root.ok("mkdir", "d/new", 0755);
      root.ok("open", 51, "+cx", "d/c", 0644);
      root.ok("rename", "d/c", "d/e");
    }
  }
}
