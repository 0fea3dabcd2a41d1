// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.DurationHistogram;
import org.extfuse4j.fuse.session.UpcallCounters;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts on the kernel at hand, used from child processes; needs root. */
@Timeout(20)
class MountTest {
  private final LogCapture log = new LogCapture("org.extfuse4j.fuse");
  private final MemFs fs = new MemFs().put("hello", "hello world\n");
  private long devices;

  @BeforeEach
  void count() {
    devices = Mounted.devices();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Mounted.devices()).as("/dev/fuse descriptors").isEqualTo(devices);
    assertThat(log.lines()).as("log").isEmpty();
    log.close();
  }

  @Test
  void ordinaryProgramsReadIt() throws Exception {
    for (int i = 0; i < 300; i++) {
      fs.put("file with a long name %03d".formatted(i), "x".repeat(i));
    }
    try (Mounted m = Mounted.started(fs, 2)) {
      assertThat(Child.run("cat", m.path("hello")).succeeds()).isEqualTo("hello world\n");
      assertThat(Child.run("stat", "-c", "%s %a %i", m.path("hello")).succeeds())
          .isEqualTo("12 644 " + fs.id("hello") + "\n");
      assertThat(Child.run("ls", m.root.toString()).succeeds().lines()).hasSize(301);
      assertThat(Child.run("ls", "-l", m.path("nothing")).fails()).contains("No such file");
      assertThat(Child.run("stat", "-f", "-c", "%b %a %S", m.root.toString()).succeeds())
          .isEqualTo("1000 400 4096\n");
      assertThat(Child.run("cat", "/proc/mounts").succeeds())
          .containsPattern("memfs \\S*fuse\\\\040mount\\S* fuse.extfuse rw,nosuid,nodev");
      long[] counts = m.session.counters().snapshot();
      assertThat(counts[FuseOpcode.READDIRPLUS]).isGreaterThan(1);
      assertThat(counts[FuseOpcode.READ]).isEqualTo(1);
      assertThat(m.session.counters().errors()[FuseOpcode.LOOKUP]).isEqualTo(1);
    }
  }

  @Test
  void everyRequestIsCountedAndTimed() throws Exception {
    fs.put("hello", "");
    try (Mounted m = Mounted.started(fs, 2)) {
      UpcallCounters counters = m.session.counters();
      for (int i = 0; i < 20; i++) {
        Child.run("stat", m.path("hello"), m.path("nothing" + i)).fails();
      }
      // The last reply is seen before its time is counted.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (counters.durations(FuseOpcode.LOOKUP).count() < counters.received(FuseOpcode.LOOKUP)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
      long received = counters.received(FuseOpcode.LOOKUP);
      assertThat(counters.errors()[FuseOpcode.LOOKUP]).isEqualTo(20);
      assertThat(counters.successes()[FuseOpcode.LOOKUP]).isEqualTo(received - 20).isPositive();
      DurationHistogram lookups = counters.durations(FuseOpcode.LOOKUP);
      assertThat(lookups.count()).isEqualTo(received);
      assertThat(lookups.sumNs()).isBetween(received * 1000, received * 10_000_000_000L);
      assertThat(lookups.quantileNs(1)).isGreaterThanOrEqualTo(lookups.sumNs() / received);
    }
  }

  @Test
  void bigReadsAndWritesComeWhole() throws Exception {
    byte[] big = new byte[3_000_001];
    for (int i = 0; i < big.length; i++) {
      big[i] = (byte) (i * 31 + (i >> 10));
    }
    fs.put("big", big).put("sink", "");
    Path copy = Files.createTempFile("copy", "");
    try (Mounted m = Mounted.started(fs, 2)) {
      Child.run("cp", m.path("big"), copy.toString()).succeeds();
      assertThat(Files.readAllBytes(copy)).isEqualTo(big);
      Child.run("dd", "if=/dev/zero", "of=" + m.path("sink"), "bs=1M", "count=3", "conv=notrunc")
          .succeeds();
      assertThat(fs.written.get()).isEqualTo(3 << 20);
      assertThat(fs.largestWrite.get()).as("FUSE_MAX_PAGES is in effect").isEqualTo(1 << 20);
    } finally {
      Files.delete(copy);
    }
  }

  @Test
  void severalThreadsServe() throws Exception {
    fs.put("gate", "");
    try (Mounted m = Mounted.started(fs, 3)) {
      assertThat(Mounted.devices()).as("a device each").isEqualTo(devices + 3);
      Process blocked = Child.start("stat", m.path("gate"));
      fs.entered.await();
      Process[] readers =
          IntStream.range(0, 4)
              .mapToObj(i -> startUnchecked("cat", m.path("hello")))
              .toArray(Process[]::new);
      for (Process reader : readers) {
        assertThat(Child.end(reader).succeeds()).isEqualTo("hello world\n");
      }
      fs.gate.countDown();
      Child.end(blocked).succeeds();
      assertThat(fs.threads.keySet()).allMatch(name -> name.matches("fuse-[0-2]"));
      assertThat(fs.threads.values()).noneMatch(Thread::isDaemon);
    }
  }

  private static Process startUnchecked(String... command) {
    try {
      return Child.start(command);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void twoMountsAtOnce() throws Exception {
    MemFs other = new MemFs().put("hello", "the other\n");
    try (Mounted a = Mounted.started(fs, 2);
        Mounted b = Mounted.started(other, 2)) {
      assertThat(a.session.mount().id()).isNotEqualTo(b.session.mount().id());
      assertThat(Child.run("cat", a.path("hello"), b.path("hello")).succeeds())
          .isEqualTo("hello world\nthe other\n");
    }
  }

  @Test
  void aMountOverAMountIsLeftAlone() throws Exception {
    try (Mounted below = Mounted.started(fs, 2)) {
      Child.run("mount", "-t", "tmpfs", "none", below.root.toString()).succeeds();
      try {
        below.session.stop();
        assertThat(below.isMounted()).isTrue();
      } finally {
        Child.run("umount", below.root.toString()).succeeds();
      }
      assertThat(Child.run("cat", below.path("hello")).succeeds()).isEqualTo("hello world\n");
    }
  }

  @Test
  void aNoticeDropsWhatTheKernelCached() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      String[] size = {"stat", "-c", "%s", m.path("hello")};
      assertThat(Child.run(size).succeeds()).isEqualTo("12\n");
      fs.put("hello", "longer than it was\n");
      assertThat(Child.run(size).succeeds()).as("cached").isEqualTo("12\n");
      assertThat(m.session.notifier().invalInode(fs.id("hello"), 0, 0)).isZero();
      assertThat(Child.run(size).succeeds()).isEqualTo("19\n");

      long before = m.session.counters().received(FuseOpcode.LOOKUP);
      byte[] name = {'h', 'e', 'l', 'l', 'o'};
      assertThat(m.session.notifier().invalEntry(1, name)).isZero();
      assertThat(Child.run(size).succeeds()).isEqualTo("19\n");
      assertThat(m.session.counters().received(FuseOpcode.LOOKUP)).isEqualTo(before + 1);
      assertThat(m.session.notifier().delete(1, fs.id("hello"), name)).isZero();
      assertThat(m.session.notifier().invalInode(999, 0, 0)).isEqualTo(-Errno.ENOENT);
      assertThat(m.session.notifier().invalEntry(1, new byte[1025])).isEqualTo(-Errno.ENAMETOOLONG);
      m.session.close();
      assertThat(m.session.notifier().invalInode(1, 0, 0)).isEqualTo(-Errno.ENODEV);
    }
  }

  @Test
  void whatLookupsCountForgetsReturn() throws Exception {
    for (int i = 0; i < 100; i++) {
      fs.put("f" + i, "");
    }
    try (Mounted m = Mounted.started(fs, 2)) {
      Child.run("sh", "-c", "cat \"$0\"/*", m.root.toString()).succeeds();
      assertThat(fs.lookups.get()).isGreaterThanOrEqualTo(101);
      for (String name : fs.files.keySet()) {
        assertThat(m.session.notifier().invalEntry(1, name.getBytes(UTF_8))).isZero();
      }
      while (fs.lookups.get() != 0) { // FORGETs are on their way; @Timeout ends a miscount
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }

  @Test
  void badMountPointsAreNamed(@TempDir Path dir) throws Exception {
    assertThatThrownBy(() -> FuseMount.mount(new FuseMountOptions(dir.resolve("none"))))
        .isInstanceOfSatisfying(
            FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageMatching("cannot mount on .*/none: no such directory \\(ENOENT\\)");
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> FuseMount.mount(new FuseMountOptions(file)))
        .hasMessageContaining("not a directory")
        .hasMessageEndingWith("(ENOTDIR)");
    assertThatThrownBy(() -> FuseMount.unmount(dir, false))
        .hasMessageContaining("nothing is mounted there (EINVAL)");
  }

  @Test
  void optionsReachTheKernel() throws Exception {
    Path root = Files.createTempDirectory("options");
    FuseMountOptions options =
        new FuseMountOptions(root)
            .readOnly(true)
            .nosuid(false)
            .noexec(true)
            .maxRead(8192)
            .defaultPermissions(false);
    try (FuseMount mount = FuseMount.mount(options)) {
      String line =
          Arrays.stream(Child.run("cat", "/proc/mounts").succeeds().split("\n"))
              .filter(l -> l.contains(root.toString()))
              .findFirst()
              .orElseThrow();
      assertThat(line)
          .contains("extfuse ", " ro,nodev,noexec", "max_read=8192")
          .doesNotContain("nosuid", "default_permissions", "allow_other");
      assertThat(mount.id()).matches("\\d+:\\d+");
    }
    Files.delete(root);
  }
}
