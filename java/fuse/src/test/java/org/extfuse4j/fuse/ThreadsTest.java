// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of a session that has more when it needs them. Needs root. */
@Timeout(20)
class ThreadsTest {
  private final MemFs fs = new MemFs().put("hello", "hello world\n");

  @Test
  void oneThatWasNeededStays() throws Exception {
    try (Mounted m = new Mounted(fs, new FuseThreads(1, 4, 0, true))) {
      m.session.start();
      String script = "for i in 1 2 3 4 5 6 7 8 9 10; do cat \"$0\" >/dev/null || exit; done";
      Child.run("sh", "-c", script, m.path("hello")).succeeds();

      // Its number says how many were started before it.
      assertThat(serving()).contains("fuse-0", "fuse-1").hasSizeLessThanOrEqualTo(3);
      assertThat(serving()).allMatch(name -> List.of("fuse-0", "fuse-1", "fuse-2").contains(name));
    }
  }

  private static List<String> serving() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("fuse-"))
        .toList();
  }
}
