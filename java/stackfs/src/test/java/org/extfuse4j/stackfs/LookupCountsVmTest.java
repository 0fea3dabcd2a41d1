// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel is handed, by replies and by handlers, and what it returns by FORGET. */
@Tag("vm")
class LookupCountsVmTest {
  private static final long HOUR = 3_600_000_000_000L;

  private static Map<Long, Long> held(CachedMount m) {
    return PinnedMaps.held(m.mount.fs.mounted.registry);
  }

  private static void forgetAll(CachedMount m) {
    m.mnt.ok("chdir", "/");
    StackMount.await(
        "replies + in-kernel answers - forgets = 0 for every node: " + held(m),
        () -> {
          m.mnt.ok("drop-caches");
          return held(m).isEmpty();
        });
  }

  /** Operations of every kind that hands out a node, and many answers by handlers. */
  private static void work(CachedMount m) {
    m.mnt.ok("chdir", m.mount.mnt);
    m.mnt.ok("mkdir", "d", 0755);
    m.mnt.ok("many", "d/f", 100);
    m.mnt.ok("stat-many", "d/f", 100, 20);
    m.mnt.ok("mknod", "p", 010600);
    m.mnt.ok("symlink", "p", "s");
    m.mnt.ok("link", "d/f0", "l");
    m.mnt.ok("rename", "d/f1", "r");
    m.mnt.ok("rename", "d/f2", "r");
    m.mnt.ok("exchange", "d/f3", "r");
    m.mnt.ok("unlink", "d/f4");
    m.mnt.ok("open", 1, "+", "d/f5");
    m.mnt.ok("unlink", "d/f5");
    m.mnt.ok("write", 1, 10);
    m.mnt.ok("fstat", 1);
    m.mnt.ok("close", 1);
    m.mnt.fails("EEXIST", "link", "d/f6", "d/f7");
    m.mnt.fails("EEXIST", "mkdir", "d/f8", 0700);
    m.mnt.ok("open", 2, "wc", "d/f9", 0600);
    m.mnt.ok("close", 2);
    m.mnt.ok("list", "d");
    m.mnt.ok("stat-many", "d/f", 1, 50);
  }

  private static void undo(CachedMount m) {
    assertThat(Sh.script(m.mount.source, "rm -r *").status()).isZero();
    m.cache.flush();
  }

  @Test
  void countsAreExact() {
    try (CachedMount m = CachedMount.asking()) {
      for (int round = 0; round < 2; round++) {
        long answered = m.cache.stats().count(FuseOpcode.LOOKUP, Outcome.ANSWERED);
        work(m);
        assertThat(m.cache.stats().count(FuseOpcode.LOOKUP, Outcome.ANSWERED) - answered)
            .as("LOOKUP answered in the kernel")
            .isGreaterThan(2000);
        assertThat(held(m).values()).as("held").allMatch(count -> count > 0);
        assertThat(held(m)).hasSizeGreaterThan(90);
        forgetAll(m);
        undo(m);
      }
    }
  }

  @Test
  void aForgottenNodeIsStillAnsweredInTheKernel() {
    try (CachedMount m = CachedMount.asking()) {
      work(m);
      forgetAll(m);
      assertThat(m.mount.fs.nodes()).as("kept, because the budget allows it").isGreaterThan(90);
      m.mnt.ok("chdir", m.mount.mnt);
      assertThat(m.during("stat", "d/f50")).isEqualTo("GETATTR ANSWERED=3, LOOKUP ANSWERED=2");
      assertThat(held(m)).as("the directory and the file").hasSize(2).containsValue(1L);
      forgetAll(m);
    }
  }

  @Test
  void aDirectoryWhoseNamesAreCachedBringsTheNamesAlone() {
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(HOUR, HOUR, HOUR);
    try (CachedMount m = new CachedMount(1 << 14, options)) {
      m.source.ok("mkdir", "d", 0755);
      m.source.ok("many", "d/f", 100);
      m.mnt.ok("list", "d");
      assertThat(held(m)).as("nodes that came with the names").hasSizeGreaterThan(10);
      m.mnt.ok("stat-many", "d/f", 100, 1);
      forgetAll(m);
      m.mnt.ok("chdir", m.mount.mnt);
      long answers = m.mount.session.counters().received(FuseOpcode.READDIRPLUS);
      assertThat(m.mnt.ok("list", "d")).isEqualTo(m.source.ok("list", "d"));
      assertThat(m.mount.session.counters().received(FuseOpcode.READDIRPLUS))
          .isGreaterThan(answers);
      assertThat(held(m)).as("the directory").hasSize(1);
      assertThat(m.during("stat-many", "d/f", 100, 1))
          .contains("LOOKUP ANSWERED=100")
          .doesNotContain("up=");
      // What is not cached any more is looked up again.
      m.cache.flush();
      m.mnt.ok("drop-caches");
      m.mnt.ok("list", "d");
      assertThat(held(m)).as("nodes that came with the names").hasSizeGreaterThan(10);
      forgetAll(m);
      assertThat(m.mount.fs.audit().faults()).isEmpty();
    }
  }

  @Test
  void afterAFlushForgottenNodesDie() {
    try (CachedMount m = new CachedMount();
        PinnedMaps maps = m.maps()) {
      for (int round = 0; round < 3; round++) {
        work(m);
        forgetAll(m);
        m.cache.flush();
        m.mount.fs.reclaimIdle();
        StackMount.await("only the root is left", () -> m.mount.fs.nodes() == 1);
        assertThat(maps.attrs()).as("attributes: the root's").isEqualTo(1);
        assertThat(maps.hasAttr(NodeRegistry.ROOT_ID)).isTrue();
        // The names of d and in it are still there, but of the old epoch: d, which was forgotten
        // lately, has come back to life as the node that it was.
        m.mnt.ok("chdir", m.mount.mnt);
        assertThat(m.during("stat", "d/f50")).endsWith("LOOKUP MISS_EXPIRED=2 up=2");
        assertThat(m.mnt.ok("stat", "d/f50")).isEqualTo(m.source.ok("stat", "d/f50"));
        forgetAll(m);
        assertThat(m.mount.fs.audit().faults()).isEmpty();
        undo(m);
      }
    }
  }

  @Test
  void aRemovedFileIsNotKept() {
    try (CachedMount m = new CachedMount()) {
      for (int i = 0; i < 3; i++) {
        m.mnt.ok("many", "f", 100);
        m.mnt.ok("stat-many", "f", 100, 1);
        for (int f = 0; f < 100; f++) {
          m.mnt.ok("unlink", "f" + f);
        }
      }
      StackMount.await("only the root is left", () -> m.mount.fs.nodes() == 1);
      assertThat(m.mount.fs.audit().faults()).isEmpty();
    }
  }

  @Test
  void nodesDieWhileTheyAreLookedUp() {
    // Two users, a kernel that forgets all the time, and a budget that is too small.
    try (CachedMount m = new CachedMount(64);
        FsOp other = new FsOp(m.mount.mnt);
        FsOp third = new FsOp(m.mount.mnt)) {
      m.source.ok("mkdir", "d", 0755);
      m.source.ok("many", "d/f", 50);
      for (int i = 0; i < 12; i++) {
        other.begin("stat-many", "d/f", 50, 25);
        third.begin("stat-many", "d/f", 50, 25);
        for (int k = 0; k < 8; k++) {
          m.mnt.ok("drop-caches");
        }
        assertThat(other.answer()).isEqualTo("ok");
        assertThat(third.answer()).isEqualTo("ok");
      }
      other.ok("chdir", "/");
      third.ok("chdir", "/");
      forgetAll(m);
      m.cache.flush();
      m.mount.fs.reclaimIdle();
      StackMount.await("only the root is left", () -> m.mount.fs.nodes() == 1);
      assertThat(m.mount.fs.audit().faults()).isEmpty();
    }
  }

  @Test
  void fullMapsFailNothing() {
    try (CachedMount m = new CachedMount(64);
        PinnedMaps maps = m.maps()) {
      m.mnt.ok("many", "f", 120);
      m.mnt.ok("stat-many", "f", 120, 2);
      assertThat(maps.entries()).isLessThanOrEqualTo(64 + 16 + 4);
      assertThat(maps.attrs()).isLessThanOrEqualTo(64);
      for (int i = 0; i < 120; i += 7) {
        assertThat(m.mnt.ok("stat", "f" + i)).isEqualTo(m.source.ok("stat", "f" + i));
        m.mnt.ok("chmod", "f" + i, 0600 + i % 64);
        assertThat(m.mnt.ok("stat", "f" + i)).isEqualTo(m.source.ok("stat", "f" + i));
        m.mnt.ok("rename", "f" + i, "g" + i);
        m.mnt.fails("ENOENT", "stat", "f" + i);
      }
      forgetAll(m);
    }
  }

  @Test
  void fullMapsMakeNoGarbage() {
    try (CachedMount m = new CachedMount(64)) {
      int files = 150;
      m.mnt.ok("many", "f", files);
      m.mnt.ok("stat-many", "f", files, 10);
      Runnable work = () -> m.mnt.ok("stat-many", "f", files, 10);
      assertThat(Allocations.perRequest(m.mount, work, FuseOpcode.LOOKUP, FuseOpcode.GETATTR))
          .as("bytes allocated for a LOOKUP or GETATTR that evicts another name")
          .isLessThan(16);
      assertThat(m.cache.evictedNames()).isGreaterThan(1000);
    }
  }
}
