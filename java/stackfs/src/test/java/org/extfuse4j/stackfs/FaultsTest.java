// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.FaultControl.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call that the daemon makes fails once, with each errno: see {@link FaultRun}. As many as are
 * done in some 20 seconds, spread by a seed that is printed; {@code -Dextfuse4j.long=true} does
 * all, in ten minutes or so, {@code -Dextfuse4j.seed=N} repeats an order, and {@code
 * -Dextfuse4j.fault=WRITE:pwrite:1:EIO} does one.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class FaultsTest {
  private static final int SECONDS = 8;

  // Of libc and the linker, and what cannot fail.
  private static final Set<String> NO_CALLS =
      Set.of(
          "__errno_location",
          "__stack_chk_fail",
          "__cxa_finalize",
          "__gmon_start__",
          "_ITM_deregisterTMCloneTable",
          "_ITM_registerTMCloneTable",
          "memcpy",
          "setfsuid",
          "setfsgid",
          "umask");

  @Test
  void onADisk() {
    run(Path.of("/var/tmp"), FaultRun.Kind.DISK, SECONDS, 20);
  }

  @Test
  void overASourceWithoutHandles() {
    run(Path.of("/var/tmp"), FaultRun.Kind.OVERLAY, SECONDS, 20);
  }

  @SuppressWarnings("SystemOut")
  static void run(Path base, FaultRun.Kind kind, int seconds, int least) {
    long seed = seed();
    try (FaultRun run = new FaultRun(base, kind)) {
      List<FaultRun.Case> cases = run.cases(seed);
      String one = System.getProperty("extfuse4j.fault");
      if (one != null) {
        cases.removeIf(c -> !(c.scenario() + ":" + c.fault()).equals(one));
      }
      int done = run.run(cases, isLong() ? Integer.MAX_VALUE : seconds);
      System.out.printf("faults: %s: %d of %d, seed %d%n", kind, done, cases.size(), seed);
      if (!run.found.isEmpty()) {
        System.out.println(run.log());
      }
      assertThat(run.found).as("seed %d", seed).isEmpty();
      assertThat(done).isGreaterThanOrEqualTo(Math.min(least, cases.size() / 2));
    }
  }

  private static long seed() {
    return Long.getLong("extfuse4j.seed", System.nanoTime() % 1_000_000);
  }

  private static boolean isLong() {
    return Boolean.getBoolean("extfuse4j.long");
  }

  /** A mount is made, and serves, or is not made, and says why; a thread that cannot start too. */
  @Test
  @SuppressWarnings("SystemOut")
  void whileItMounts() throws Exception {
    long seed = seed();
    Path dir = Files.createTempDirectory(Path.of("/var/tmp"), "faults-");
    try (FaultControl control = new FaultControl()) {
      Files.createDirectory(dir.resolve("source"));
      Files.createDirectory(dir.resolve("mnt"));
      assertThat(mount(control, dir, null)).isTrue();
      List<Fault> faults = new ArrayList<>(FaultControl.faults(control.calls()));
      Collections.shuffle(faults, new Random(seed));
      // A thread that does not start first: there are few.
      faults.sort((a, b) -> Boolean.compare(isThread(b), isThread(a)));
      String one = System.getProperty("extfuse4j.fault");
      if (one != null) {
        faults.removeIf(fault -> !fault.toString().equals(one));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(isLong() ? 3600 : SECONDS);
      int done = 0;
      for (Fault fault : faults) {
        if (System.nanoTime() > end) {
          break;
        }
        assertThat(mount(control, dir, fault)).as("%s: it mounts or ends", fault).isNotNull();
        done++;
      }
      System.out.printf("faults: mounting: %d of %d, seed %d%n", done, faults.size(), seed);
    } finally {
      Sh.run("umount", "-l", dir.resolve("mnt").toString());
      Sh.run("rm", "-rf", "--one-file-system", dir.toString()).succeeds();
    }
  }

  private static boolean isThread(Fault fault) {
    return fault.function().equals("pthread_create");
  }

  // Whether there was a mount.
  private static Boolean mount(FaultControl control, Path dir, Fault fault)
      throws TimeoutException {
    Path mnt = dir.resolve("mnt");
    boolean ready;
    try (FaultyDaemon daemon = new FaultyDaemon(control, dir.resolve("source"), mnt, false)) {
      daemon.awaitLoaded();
      if (fault == null) {
        control.count();
      } else {
        control.arm(fault);
      }
      ready = daemon.mount();
      control.disarm();
      if (ready) {
        try (FsOp user = new FsOp(mnt);
            FsOp behind = new FsOp(dir.resolve("source"))) {
          user.ok("many", "f", 3);
          assertThat(user.ok("stat", "f1")).isEqualTo(behind.ok("stat", "f1"));
        }
        assertThat(daemon.state().faults()).as("%s", fault).isEqualTo("[]");
      }
    }
    String mounts = Sh.run("cat", "/proc/self/mounts").succeeds();
    assertThat(mounts).as("%s leaves a mount", fault).doesNotContain(mnt.toString());
    return ready;
  }

  /** There is no function of libc behind {@link Syscalls} that could not be made to fail. */
  @Test
  void allFunctionsCanFail(@TempDir Path folder) throws IOException {
    String library = "/org/extfuse4j/fuse/libsyscalls-" + System.getProperty("os.arch") + ".so";
    Path copy = folder.resolve("library"); // it may be in a jar
    try (InputStream in = Syscalls.class.getResourceAsStream(library)) {
      Files.copy(in, copy);
    }
    assertThat(undefined(copy))
        .isNotEmpty()
        .allMatch(name -> NO_CALLS.contains(name) || defined().contains(name));
  }

  private static List<String> undefined(Path library) {
    return symbols("nm", "-D", "--undefined-only", library.toString());
  }

  private static List<String> defined() {
    return symbols("nm", "-D", "--defined-only", FaultControl.LIBRARY.toString());
  }

  private static List<String> symbols(String... nm) {
    return Sh.run(nm)
        .succeeds()
        .lines()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1).split("@", 2)[0])
        .toList();
  }
}
