// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.extfuse4j.fuse.Child;
import org.extfuse4j.fuse.MemFs;
import org.extfuse4j.fuse.Mounted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of a session that has more when it needs them. Needs root. */
@Timeout(20)
class ThreadsTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long PAUSE = MILLISECOND / 5;

  private final MemFs fs = new MemFs().put("hello", "hello world\n");

  /** The last one tells that the session has ended, and ends itself a moment later. */
  @AfterEach
  void allEnd() throws InterruptedException {
    for (Thread thread : servingThreads()) {
      thread.join();
    }
    assertThat(serving()).isEmpty();
  }

  @Test
  void oneThatWasNeededStays() throws Exception {
    try (Mounted m = new Mounted(fs, new FuseThreads(1, 4, 0, 0, true))) {
      m.session.start();
      String script = "for i in 1 2 3 4 5 6 7 8 9 10; do cat \"$0\" >/dev/null || exit; done";
      Child.run("sh", "-c", script, m.path("hello")).succeeds();

      // Its number says how many were started before it.
      assertThat(serving()).contains("fuse-0", "fuse-1").hasSizeLessThanOrEqualTo(3);
      assertThat(serving()).allMatch(name -> List.of("fuse-0", "fuse-1", "fuse-2").contains(name));
    }
  }

  @Test
  void oneThatPollsIsNotWoken() throws Exception {
    int calls = 2000;
    assertThat(sleeps(FuseThreads.fixed(3), calls)).isGreaterThan(calls * 9L / 10);

    long begin = System.nanoTime();
    long sleeps = sleeps(FuseThreads.fixed(3).polling(MILLISECOND * 20), calls);
    long looks = (System.nanoTime() - begin) / BusyPoll.LOOK;
    assertThat(sleeps - looks).as("of the reader").isLessThan(calls / 4);
  }

  @Test
  void oneThatPollsAndIsHeldUpIsReplaced() throws Exception {
    FuseThreads threads = FuseThreads.fixed(2).polling(MILLISECOND);
    try (Mounted m = new Mounted(fs.put("gate", ""), threads)) {
      m.session.start();
      Process held = Child.start("cat", m.path("gate"));
      fs.entered.await();
      for (int i = 0; i < 100; i++) {
        assertThat(Files.readString(m.root.resolve("hello"))).isEqualTo("hello world\n");
      }
      fs.gate.countDown();
      Child.end(held).succeeds();
      assertThat(fs.threads).hasSize(2);
    }
  }

  @Test
  void threadsThatPollServeManyAndEndWithTheMount() throws Exception {
    FuseThreads threads = new FuseThreads(2, 4, 0, 50_000, true);
    try (Mounted m = new Mounted(fs, threads)) {
      m.session.start();
      List<Process> users = new ArrayList<>();
      String script = "i=0; while [ $i -lt 300 ]; do read x <\"$0\" || exit; i=$((i+1)); done";
      for (int i = 0; i < 4; i++) {
        users.add(Child.start("sh", "-c", script, m.path("hello")));
      }
      for (Process user : users) {
        Child.end(user).succeeds();
      }
      Child.run("umount", m.root.toString()).succeeds();
      m.awaitEnd();
    }
  }

  /** How often the session's threads go to sleep while that many requests come. */
  private long sleeps(FuseThreads threads, int calls) throws Exception {
    try (Mounted m = new Mounted(fs, threads)) {
      m.session.start();
      Path missing = m.root.resolve("missing");
      assertThat(Files.exists(missing)).isFalse();
      long before = voluntarySwitches();
      for (int i = 0; i < calls; i++) {
        // Or the next request would sometimes be there before the thread can go to sleep.
        LockSupport.parkNanos(PAUSE);
        assertThat(Files.exists(missing)).isFalse();
      }
      return voluntarySwitches() - before;
    }
  }

  private static long voluntarySwitches() throws IOException {
    long switches = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).startsWith("fuse-")) {
          switches +=
              Files.readAllLines(task.resolve("status")).stream()
                  .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                  .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                  .sum();
        }
      }
    }
    return switches;
  }

  private static List<String> serving() {
    return servingThreads().stream().map(Thread::getName).toList();
  }

  private static List<Thread> servingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("fuse-"))
        .toList();
  }
}
