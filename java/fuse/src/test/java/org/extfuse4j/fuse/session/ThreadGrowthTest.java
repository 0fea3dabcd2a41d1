// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.fuse.Child;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.LogCapture;
import org.extfuse4j.fuse.MemFs;
import org.extfuse4j.fuse.Mounted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that cannot be started: nothing is left of them, and they come later. Needs root. */
@Timeout(30)
class ThreadGrowthTest {
  private final MemFs fs = new MemFs().put("hello", "hello world\n").put("gate", "");
  private final LogCapture log = new LogCapture("org.extfuse4j.fuse");

  /** How many of the threads to come cannot be started, and how many could not. */
  private final AtomicInteger failing = new AtomicInteger();

  private final AtomicInteger failed = new AtomicInteger();
  private long devices;

  /** As the JVM does at pids.max. */
  private final ThreadFactory factory =
      task ->
          new Thread(task) {
            @Override
            public synchronized void start() {
              if (failing.get() > 0) {
                failing.decrementAndGet();
                failed.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
              }
              super.start();
            }
          };

  @BeforeEach
  void count() {
    devices = Mounted.devices();
  }

  @AfterEach
  void nothingIsLeft() {
    log.close();
    assertThat(Mounted.devices()).as("/dev/fuse descriptors").isEqualTo(devices);
  }

  private static long mappings() throws Exception {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }

  @Test
  void oneThatCannotBeStartedIsTriedAgain() throws Exception {
    try (Mounted m = new Mounted(fs, new FuseThreads(1, 4, 0, 0, true), factory)) {
      m.session.start();
      failing.set(Integer.MAX_VALUE);
      Process held = Child.start("cat", m.path("gate"));
      fs.entered.await();
      Process other = Child.start("cat", m.path("hello"));
      while (failed.get() < 5) {
        Thread.onSpinWait();
      }
      long before = Mounted.devices();
      long mapped = mappings();
      int so = failed.get();
      while (failed.get() < so + 5) {
        Thread.onSpinWait();
      }
      assertThat(Mounted.devices()).as("clones of those that failed").isEqualTo(before);
      assertThat(mappings()).as("buffers of those that failed").isLessThan(mapped + 5);
      assertThat(other.isAlive()).isTrue();
      assertThat(log.lines()).filteredOn(l -> l.contains("another cannot be started")).hasSize(1);

      // Nobody asks for anything any more, and yet it comes.
      failing.set(0);
      assertThat(Child.end(other).succeeds()).isEqualTo("hello world\n");
      assertThat(held.isAlive()).as("the first is still at its request").isTrue();
      fs.gate.countDown();
      Child.end(held).succeeds();
    }
  }

  @Test
  void fewerAtTheBeginningWillDo() throws Exception {
    AtomicInteger started = new AtomicInteger();
    ThreadFactory secondFails =
        task ->
            new Thread(task) {
              @Override
              public synchronized void start() {
                if (started.incrementAndGet() > 1) {
                  throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
              }
            };
    try (Mounted m = new Mounted(fs, FuseThreads.fixed(3), secondFails)) {
      m.session.start();
      assertThat(Child.run("cat", m.path("hello")).succeeds()).isEqualTo("hello world\n");
      Child.run("umount", m.root.toString()).succeeds();
      m.awaitEnd();
      assertThat(fs.destroyed.get()).isEqualTo(1);
    }
    assertThat(log.lines()).singleElement().asString().contains("has 1 threads, not 3");
  }

  @Test
  void noneAtTheBeginningIsAFailureOfTheMount() throws Exception {
    failing.set(Integer.MAX_VALUE);
    try (Mounted m = new Mounted(fs, FuseThreads.fixed(2), factory)) {
      assertThatThrownBy(m.session::start)
          .isInstanceOf(FuseException.class)
          .hasMessageContaining("unable to create native thread");
      assertThat(m.isMounted()).isFalse();
    }
  }
}
