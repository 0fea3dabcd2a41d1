// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class RcuTest {
  /** Its two fds stay open by design. */
  @BeforeAll
  static void openMaps() {
    Rcu.synchronize();
  }

  /** Counts only rounds in which the program was seen running; ten tries make that all but sure. */
  @Test
  void synchronizeWaitsForRunningPrograms() throws Exception {
    ExecutorService runner = Executors.newSingleThreadExecutor();
    int seenRunning = 0;
    try (BpfObject object = TestObjects.load("slow");
        MappedArray progress = object.map("progress").mmap()) {
      for (long round = 1; round <= 10; round++) {
        Future<Integer> run = runner.submit(() -> TestRun.run(object.program("slow")));
        while (progress.getLong(0, 0) < round) {
          Thread.onSpinWait();
        }
        boolean running = progress.getLong(0, 8) < round;
        Rcu.synchronize();
        assertThat(progress.getLong(0, 8)).isEqualTo(round);
        seenRunning += running ? 1 : 0;
        run.get();
      }
    } finally {
      runner.shutdown();
    }
    assertThat(seenRunning).isPositive();
  }
}
