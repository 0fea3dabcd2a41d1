// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is read of a process. */
class CallerStatusTest {
  private static final int NOGROUP = 65534;

  /** In a user namespace that has no id for a group, that is shown as one that has. */
  @Test
  void aGroupThatHasNoIdHereIsNoOther() throws IOException {
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=1000",
                "--regid=1000",
                "--groups=7," + NOGROUP,
                "sh",
                "-c",
                "echo; exec sleep 60")
            .start();
    try {
      assertThat(CallerStatus.overflowGroup()).as("the kernel's default").isEqualTo(NOGROUP);
      assertThat(process.getInputStream().read()).isEqualTo('\n');
      int pid = (int) process.pid();
      assertThat(new CallerStatus(-1).read(pid, 1000, 1000)).isTrue();
      assertThat(new CallerStatus(5).read(pid, 1000, 1000)).isTrue();
      CallerStatus partial = new CallerStatus(NOGROUP);
      assertThat(partial.read(pid, 1000, 1000)).isFalse();
      assertThat(partial.groupCount).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
