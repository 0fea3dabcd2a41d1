// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that change a few names at random, all in each other's way. */
@Tag("vm")
class ConcurrencyVmTest {
  private static final int SECONDS = 8;

  @Test
  void theLastStateIsTheSources() {
    storm(new StackMount.Options());
  }

  /** Without file handles. */
  @Test
  void theLastStateIsTheSourcesOverOverlayfs() {
    StackMount.Options options = new StackMount.Options();
    options.lower = "";
    storm(options);
  }

  private static void storm(StackMount.Options options) {
    try (CachedMount m = new CachedMount(1 << 14, options);
        FsOp one = new FsOp(m.mount.mnt);
        FsOp two = new FsOp(m.mount.mnt)) {
      m.source.ok("mkdir", "0", 0755);
      m.source.ok("mkdir", "1", 0755);
      m.cache.flush(); // the root was cached without them
      one.begin("storm", ".", 1, SECONDS);
      two.begin("storm", ".", 2, SECONDS);
      assertThat(List.of(one.answer(), two.answer())).allMatch(answer -> answer.startsWith("ok "));
      assertThat(m.cache.stats().answered(FuseOpcode.LOOKUP)).isGreaterThan(1000);

      List<Object[]> stats = new ArrayList<>();
      for (String name : List.of("0", "1", "2", "3", "4", "5", "target")) {
        stats.add(new Object[] {"stat", "0/" + name});
        stats.add(new Object[] {"stat", "1/" + name});
      }
      List<String> source = m.source.runAll(stats);
      assertThat(m.mnt.runAll(stats)).isEqualTo(source);
      StackMount.await(
          "all is answered in the kernel",
          () -> {
            long before = m.misses();
            assertThat(m.mnt.runAll(stats)).isEqualTo(source);
            return m.misses() == before;
          });
      assertThat(StackMount.tree(m.mount.mnt)).isEqualTo(StackMount.tree(m.mount.source));
      one.ok("chdir", "/");
      two.ok("chdir", "/");
      m.mnt.ok("chdir", "/");
      StackMount.await(
          "counts are exact",
          () -> {
            m.mnt.ok("drop-caches");
            if (options.lower != null) {
              // A cached child holds the directory that it is reached through.
              m.cache.flush();
              m.mount.fs.reclaimIdle();
            }
            return PinnedMaps.held(m.mount.fs.mounted.registry).isEmpty();
          });
    }
  }

  @Test
  void noAnswerShowsTheStateBefore() {
    try (CachedMount m = new CachedMount();
        FsOp one = new FsOp(m.mount.mnt);
        FsOp two = new FsOp(m.mount.mnt);
        FsOp watcher = new FsOp(m.mount.mnt);
        FsOp other = new FsOp(m.mount.mnt)) {
      m.mnt.ok("mkdir", "a", 0755);
      m.mnt.ok("mkdir", "b", 0755);
      one.begin("verify", "a", 1, SECONDS);
      two.begin("verify", "b", 2, SECONDS);
      watcher.begin("watch", "a", 3, SECONDS);
      other.begin("watch", "b", 4, SECONDS);
      assertThat(List.of(one.answer(), two.answer(), watcher.answer(), other.answer()))
          .allMatch(answer -> answer.startsWith("ok "));
      assertThat(m.cache.stats().answered(FuseOpcode.GETATTR)).isGreaterThan(1000);
    }
  }
}
