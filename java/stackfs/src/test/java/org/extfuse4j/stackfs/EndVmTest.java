// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How mounts end, wanted or not; and that two of them are two. */
@Tag("vm")
class EndVmTest {
  private static final String HIT = "GETATTR ANSWERED=2, LOOKUP ANSWERED=1";

  /** BPF maps of these names in the kernel. */
  private static long maps() {
    String list = Sh.run("bpftool", "map", "list").succeeds();
    return list.lines().filter(line -> line.matches(".* name (entry|attr|nlookup)_map.*")).count();
  }

  private static boolean mounted(Path mountpoint) {
    return Sh.run("cat", "/proc/self/mounts").succeeds().contains(" " + mountpoint + " ");
  }

  @Test
  void aMountThatIsBusy() throws InterruptedException {
    try (CachedMount m = CachedMount.asking()) {
      m.source.ok("many", "f", 2);
      m.mnt.ok("stat", "f0");
      assertThatThrownBy(() -> FuseMount.unmount(m.mount.mnt, false))
          .isInstanceOf(FuseException.class)
          .extracting(e -> ((FuseException) e).errno())
          .isEqualTo(Errno.EBUSY);
      assertThat(m.during("stat", "f0")).isEqualTo(HIT);

      m.mount.session.stop(); // lazily, since it is busy
      assertThat(mounted(m.mount.mnt)).isFalse();
      assertThat(m.mount.session.await(200, TimeUnit.MILLISECONDS)).isFalse();
      // Whoever is inside stays served, by the kernel and by the daemon.
      assertThat(m.during("stat", "f0")).isEqualTo(HIT);
      m.mnt.ok("mkdir", "d", 0755);
      m.mnt.ok("chmod", "f0", 0600);
      assertThat(m.mnt.ok("stat", "f0")).isEqualTo(m.source.ok("stat", "f0"));
      m.mnt.ok("chdir", "/");
      assertThat(m.mount.session.await(20, TimeUnit.SECONDS)).as("ended").isTrue();
    }
    StackMount.await("no maps left", () -> maps() == 0);
  }

  private static Process daemon(Path source, Path mnt) throws IOException {
    String log = "logback.configurationFile";
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-D" + log + "=" + System.getProperty(log, ""),
            "-cp",
            System.getProperty("java.class.path"),
            DaemonMain.class.getName(),
            source.toString(),
            mnt.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void aDaemonThatHangsAndIsKilled() throws Exception {
    Path dir = Files.createTempDirectory(Path.of("/scratch"), "killed-");
    Path source = Files.createDirectory(dir.resolve("source"));
    Path mnt = Files.createDirectory(dir.resolve("mnt"));
    Files.writeString(source.resolve("f"), "text");
    Files.writeString(source.resolve("other"), "text");
    Process daemon = daemon(source, mnt);
    try (FsOp user = new FsOp(Path.of("/"));
        FsOp changer = new FsOp(Path.of("/"))) {
      var out = new BufferedReader(new InputStreamReader(daemon.getInputStream(), UTF_8));
      assertThat(out.readLine()).isEqualTo("ready");
      user.ok("chdir", mnt);
      changer.ok("chdir", mnt);
      for (int i = 0; i < 3; i++) {
        user.ok("stat", "f");
        user.ok("stat", "other");
        user.fails("ENOENT", "stat", "nosuch");
      }
      user.ok("open", 1, "r", "f");
      assertThat(maps()).isPositive();

      // The kernel answers what it knows; but not what a change on its way may make untrue.
      signal(daemon, "STOP");
      user.ok("stat", "f");
      changer.begin("chmod", "f", 0600);
      awaitBlocked(changer);
      user.ok("stat", "other");
      user.fails("ENOENT", "stat", "nosuch");
      user.begin("stat", "f");
      awaitBlocked(user);
      signal(daemon, "CONT");
      // Two threads have one of them each: the stat may come first.
      assertThat(user.answer()).startsWith("ok 100");
      assertThat(changer.answer()).isEqualTo("ok");
      assertThat(user.ok("stat", "f")).startsWith("100600 ");

      // Half-way through a change the daemon dies: nothing is said about what it was changing.
      signal(daemon, "STOP");
      changer.begin("chmod", "f", 0640);
      awaitBlocked(changer);
      daemon.destroyForcibly().waitFor();
      assertThat(changer.answer()).isIn("ECONNABORTED", "ENOTCONN");
      user.fails("ENOTCONN", "stat", "f");
      user.fails("ENOTCONN", "stat", "other");
      user.fails("ENOTCONN", "stat", "nosuch");
      user.fails("ENOTCONN", "stat", ".");
      user.fails("ENOTCONN", "stat", mnt);
      user.fails("ENOTCONN", "fstat", 1);
      user.fails("ENOTCONN", "open", 2, "r", "f");
      user.fails("ENOTCONN", "mkdir", "d", 0755);

      user.run("close", 1);
      user.ok("chdir", "/");
      changer.ok("chdir", "/");
      Sh.run("umount", mnt.toString()).succeeds();
      StackMount.await("no maps left", () -> maps() == 0);
    } finally {
      daemon.destroyForcibly();
      Sh.run("umount", "-l", mnt.toString());
      Sh.run("rm", "-rf", "--one-file-system", dir.toString());
    }
  }

  private static void signal(Process process, String signal) {
    Sh.run("kill", "-" + signal, String.valueOf(process.pid())).succeeds();
    if (signal.equals("STOP")) {
      StackMount.await("stopped", () -> state(process.pid()) == 'T');
    }
  }

  /** Waits until a process waits for the answer to a request. */
  private static void awaitBlocked(FsOp op) {
    StackMount.await(
        "blocked in a request",
        () ->
            Sh.run("cat", "/proc/" + op.pid() + "/wchan").output().contains("request_wait_answer"));
  }

  private static char state(long pid) {
    String stat = Sh.run("cat", "/proc/" + pid + "/stat").succeeds();
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  @Test
  void twoMountsDoNotMix() {
    try (CachedMount one = CachedMount.asking()) {
      try (CachedMount two = CachedMount.asking()) {
        one.source.ok("many", "f", 2);
        two.source.ok("mkdir", "f0", 0755);
        two.source.ok("chmod", ".", 0700);
        one.cache.flush(); // the roots were cached before
        two.cache.flush();
        for (int i = 0; i < 2; i++) {
          assertSame(one, "f0");
          assertSame(one, ".");
          assertSame(two, "f0");
          assertSame(two, ".");
        }
        two.mnt.fails("ENOENT", "stat", "f1");
        assertSame(one, "f1");
        assertThat(one.during("stat", "f1")).isEqualTo(HIT);
        assertThat(one.during(() -> two.mnt.fails("ENOENT", "stat", "f1"))).isEmpty();
        one.mnt.ok("unlink", "f0");
        assertThat(two.during("stat", "f0")).isEqualTo(HIT);
        assertSame(two, "f0");
        one.mnt.fails("ENOENT", "stat", "f0");
        one.cache.flush();
        assertThat(two.during("stat", "f0")).isEqualTo(HIT);
      }
      assertThat(one.during("stat", "f1")).isNotEmpty();
      assertThat(one.during("stat", "f1")).isEqualTo(HIT);
    }
    StackMount.await("no maps left", () -> maps() == 0);
  }

  private static void assertSame(CachedMount m, String path) {
    assertThat(m.mnt.ok("stat", path)).isEqualTo(m.source.ok("stat", path));
  }

  @Test
  void bpftoolPrintsNamesAndFields() {
    try (CachedMount m = CachedMount.asking()) {
      m.cache.pin(m.pins());
      m.mnt.ok("mkdir", "a-directory", 0755);
      m.mnt.fails("ENOENT", "stat", "no-such-name");
      m.mnt.ok("stat", "a-directory");
      String entries = dump(m, "entry_map");
      assertThat(entries)
          .contains("\"parent\": 1", "a-directory", "no-such-name")
          .contains(
              "\"nodeid\":", "\"expires\":", "\"epoch\":", "\"stale\":", "\"used\":", "\"seal\":");
      String attrs = dump(m, "attr_map");
      assertThat(attrs)
          .contains("\"attr\":", "\"packed\":", "\"nlink\":")
          .contains("\"ino\": " + m.mnt.stat("a-directory", "ino"))
          .contains("\"mode\": " + 040755);
      assertThat(dump(m, "stats")).contains("\"count\":");
      assertThat(dump(m, "control")).contains("\"enabled\": 1");
    }
  }

  private static String dump(CachedMount m, String map) {
    return Sh.run("bpftool", "map", "dump", "pinned", m.pins().resolve(map).toString()).succeeds();
  }
}
