// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Test;

/**
 * What the daemon keeps and takes: nodes, descriptors, memory; and that it never waits on itself.
 */
class DaemonTest {
  @Test
  void aMountInsideItsSource() throws IOException {
    StackMount.Options options = new StackMount.Options();
    options.insideSource = true;
    try (StackMount mount = new StackMount(options)) {
      Files.writeString(mount.source.resolve("f"), "text");
      String script =
          """
          find . | sort; cat f; ls -A mnt; touch mnt/g && ls mnt && rm mnt/g && echo new > g
          mv g mnt/g; mv mnt/g h && cat h; rmdir mnt; ls
          """;
      assertThat(Sh.script(mount.mnt, script).output())
          .isEqualTo(".\n./f\n./mnt\ntext" + "g\nnew\n" + rmdirOfAMountPoint() + "f\nh\nmnt\n");
    }
  }

  // Of the directory below the mount: the kernel refuses, since something is mounted on it.
  private static String rmdirOfAMountPoint() {
    return "rmdir: failed to remove 'mnt': Device or resource busy\n";
  }

  @Test
  void forgottenNodesDie() {
    try (StackMount mount = new StackMount()) {
      try (FsOp mnt = new FsOp(mount.mnt)) {
        mnt.ok("many", "f", 500);
        mnt.ok("stat-many", "f", 500);
        mnt.ok("mkdir", "d", 0755);
        mnt.ok("many", "d/f", 500);
        mnt.ok("unlink", "f0");
        mnt.ok("rename", "f1", "d/f1");
        assertThat(mount.fs.nodes()).isBetween(999, 1003);
        mnt.ok("chdir", "/");
      }
      awaitForgotten(mount);
    }
  }

  @Test
  void directoriesThatBringAttributesAreCountedToo() {
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(60_000_000_000L, 60_000_000_000L, 60_000_000_000L);
    try (StackMount mount = new StackMount(options)) {
      try (FsOp source = new FsOp(mount.source);
          FsOp mnt = new FsOp(mount.source)) {
        source.ok("many", "f", 300);
        source.ok("mkdir", "d", 0755);
        mnt.ok("chdir", mount.mnt);
        assertThat(StackMount.tree(mount.mnt)).isEqualTo(StackMount.tree(mount.source));
        assertThat(mount.session.counters().received(FuseOpcode.READDIRPLUS)).isPositive();
        assertThat(mount.fs.nodes()).isEqualTo(302);
        mnt.fails("ENOENT", "stat", "nosuch");
        mnt.fails("ENOENT", "stat", "nosuch");
        mnt.ok("mkdir", "nosuch", 0755);
        assertThat(mnt.ok("stat", "nosuch")).isEqualTo(source.ok("stat", "nosuch"));
        mnt.ok("chdir", "/");
      }
      awaitForgotten(mount);
    }
  }

  private static void awaitForgotten(StackMount mount) {
    mount.shrink();
    StackMount.await("only the root is left", () -> mount.fs.nodes() == 1);
  }

  @Test
  void descriptorsAreBounded() {
    try (StackMount mount = new StackMount()) {
      long before = StackMount.descriptors();
      try (FsOp mnt = new FsOp(mount.mnt)) {
        mnt.ok("many", "f", 1500);
        mnt.ok("stat-many", "f", 1500);
        assertThat(StackMount.descriptors()).isLessThan(before + 600);
        for (int i = 0; i < 40; i++) {
          mnt.ok("open", i, "+", "f" + i);
          mnt.ok("unlink", "f" + i);
          mnt.ok("mkdir", "d" + i, 0755);
          mnt.ok("rename", "d" + i, "e" + i);
          mnt.ok("rmdir", "e" + i);
          mnt.ok("list", ".");
          mnt.fails("EEXIST", "open", 50, "wcx", "f1000", 0644);
          mnt.fails("ENOENT", "rename", "nosuch", "f");
          mnt.fails("EEXIST", "mkdir", "f1000", 0644);
          mnt.fails("EEXIST", "link", "f1001", "f1000");
          mnt.fails("ENOENT", "unlink", "nosuch");
        }
        // Deleted and open: still the same files.
        for (int i = 0; i < 40; i++) {
          mnt.ok("write", i, 100);
          assertThat(mnt.ok("fstat", i)).startsWith("100644 0 0 0 100 ");
        }
        mnt.ok("chdir", "/");
      }
      awaitForgotten(mount);
      StackMount.await(
          "descriptors are back to " + before + ": " + StackMount.descriptors(),
          () -> StackMount.descriptors() <= before);
    }
  }

  @Test
  void usersThatAreKilledLeaveNothingBehind() throws InterruptedException {
    try (StackMount mount = new StackMount()) {
      long before = StackMount.descriptors();
      Sh.script(mount.mnt, "mkdir 0 1").succeeds();
      for (int i = 0; i < 10; i++) {
        try (FsOp victim = new FsOp(mount.mnt)) {
          victim.begin("storm", ".", i, 60);
          // In the midst of something: which operation is up to chance.
          Thread.sleep(20 + 7L * i);
          ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
          assertThat(victim.answer()).isEqualTo("fsop has ended");
        }
      }
      assertThat(StackMount.tree(mount.mnt)).isEqualTo(StackMount.tree(mount.source));
      awaitForgotten(mount);
      StackMount.await(
          "descriptors are back to " + before, () -> StackMount.descriptors() <= before);
    }
  }

  @Test
  void noAllocationPerRequest() {
    int files = 100;
    int rounds = 60;
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt)) {
      mnt.ok("many", "f", files);
      mnt.ok("open", 1, "+", "f0");
      mnt.ok("write", 1, 1 << 19);
      Consumer<Integer> stats = n -> mnt.ok("stat-many", "f", files, n);
      Consumer<Integer> reads =
          n -> {
            for (int i = 0; i < n; i++) {
              mnt.ok("open", 2, "rD", "f0"); // past the page cache
              mnt.ok("read", 2, 1 << 19, 0);
              mnt.ok("close", 2);
            }
          };
      stats.accept(200); // compiled by now
      reads.accept(100);
      assertThat(
              Allocations.perRequest(
                  mount, () -> stats.accept(rounds), FuseOpcode.LOOKUP, FuseOpcode.GETATTR))
          .as("bytes allocated for a LOOKUP or GETATTR")
          .isLessThan(4);
      assertThat(Allocations.perRequest(mount, () -> reads.accept(rounds), FuseOpcode.READ))
          .as("bytes allocated for a READ, with its share of OPEN and RELEASE")
          .isLessThan(64);
      mnt.ok("close", 1);
      mnt.ok("chdir", "/");
      Runnable forgets = () -> awaitForgotten(mount);
      forgets.run(); // tables of what was forgotten lately have grown by now
      Sh.script(mount.mnt, "ls -l").succeeds();
      assertThat(Allocations.perRequest(mount, forgets, FuseOpcode.FORGET, FuseOpcode.BATCH_FORGET))
          .as("bytes allocated for a FORGET")
          .isLessThan(512);
    }
  }
}
