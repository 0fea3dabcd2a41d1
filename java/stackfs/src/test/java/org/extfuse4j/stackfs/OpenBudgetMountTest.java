// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user opens as much as there is: root, and the daemon itself, still can. */
@Timeout(120)
class OpenBudgetMountTest {
  // Each process has a limit of its own, as large as this one's.
  private static final int PROCESSES = 2;

  private static Process greedy(StackMount mount) throws Exception {
    return new ProcessBuilder(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "perl",
            "-e",
            "$| = 1; for (1..50000) { open my $f, '<', $ARGV[0] or last; push @f, $f }"
                + " print scalar(@f), \" $!\\n\"; <STDIN>",
            mount.mnt.resolve("f").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(Process process) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int c = process.getInputStream().read(); c > '\n'; c = process.getInputStream().read()) {
      text.append((char) c);
    }
    return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Test
  void rootAndTheDaemonHaveTheirs() throws Exception {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.mnt, "echo text >f; mkdir d; chmod 755 .").succeeds();
      List<Process> users = new ArrayList<>();
      try {
        int opened = 0;
        for (int i = 0; i < PROCESSES; i++) {
          users.add(greedy(mount));
          String[] said = line(users.get(i)).split(" ", 2);
          assertThat(said[1]).isEqualTo("Too many open files");
          opened += Integer.parseInt(said[0]);
        }
        assertThat(opened).isLessThan(mount.fs.mounted.opens.capacity() * 6 / 10);
        assertThat(mount.fs.mounted.opens.open()).isEqualTo(opened);
        Sh.script(mount.mnt, "cat f && ls -l . d && mkdir e && echo more >e/g && rm e/g")
            .succeeds();
        assertThat(StackMount.descriptors()).isPositive();
      } finally {
        users.forEach(Process::destroyForcibly);
      }
      StackMount.await("all are closed", () -> mount.fs.mounted.opens.open() == 0);
    }
  }
}
