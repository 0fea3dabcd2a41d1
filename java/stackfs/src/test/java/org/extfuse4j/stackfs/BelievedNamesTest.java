// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.extfuse4j.fuse.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.FuseFlags.FOPEN_KEEP_CACHE;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseOpcode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Names of directories that the kernel keeps without the in-kernel cache, and when it must not. */
class BelievedNamesTest {
  private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
  private static final int KEPT = FOPEN_CACHE_DIR | FOPEN_KEEP_CACHE;

  /** The rules alone, with times of their own. */
  @Nested
  class Rules {
    private final BelievedNames names = new BelievedNames();
    private long ctimeNs = 1_000;
    private long forgets;
    private long realNs = Contents.RESOLUTION_NS + 1_000;
    private long nowNs = -5; // System.nanoTime() may be negative

    private int open() {
      return names.opened(7, ctimeNs, forgets, realNs, nowNs, 100);
    }

    private void openAnew() {
      assertThat(open()).isEqualTo(FOPEN_CACHE_DIR);
      names.closed(7);
    }

    private void keep() {
      openAnew();
      assertThat(open()).isEqualTo(KEPT);
      names.closed(7);
    }

    @Test
    void oneStreamAtATime() {
      assertThat(open()).isEqualTo(FOPEN_CACHE_DIR);
      assertThat(open()).as("neither uses nor drops them").isEqualTo(FOPEN_KEEP_CACHE);
      ctimeNs++;
      assertThat(open()).isEqualTo(FOPEN_KEEP_CACHE);
      names.closed(7);
      realNs++;
      keep();
    }

    @Test
    void notWhenTheDirectoryHasChanged() {
      keep();
      ctimeNs++;
      realNs++;
      keep();
    }

    @Test
    void notWhenItMayChangeUnseen() {
      realNs--;
      assertThat(open()).isZero();
      realNs++;
      keep();
      ctimeNs = realNs;
      assertThat(open()).isZero();
      ctimeNs = 1_000;
      keep();
    }

    @Test
    void notWhenTheKernelHasForgottenWhatTheyLeadTo() {
      keep();
      forgets++;
      keep();
    }

    @Test
    void notForLongerThanTheyAreBelieved() {
      keep();
      nowNs += 100;
      keep();
    }

    @Test
    void notAfterTheKernelDidNotHear() {
      keep();
      assertThat(open()).isEqualTo(KEPT);
      names.refused(7);
      keep();
      names.died(7);
      keep();
    }
  }

  /** A mount. */
  @Nested
  class Mount {
    private final StackMount.Options options = new StackMount.Options();

    // How many requests it takes to list a directory as the source's is.
    private long readdirs(StackMount mount, FsOp mnt, FsOp source) {
      long before = readdirs(mount);
      assertThat(mnt.ok("list", "d")).isEqualTo(source.ok("list", "d"));
      return readdirs(mount) - before;
    }

    private static long readdirs(StackMount mount) {
      return mount.session.counters().received(FuseOpcode.READDIR)
          + mount.session.counters().received(FuseOpcode.READDIRPLUS);
    }

    @Test
    void areReadAgainWhenTheyHaveChanged() {
      options.validity = new Validity(HOUR_NS, 0, HOUR_NS);
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        source.ok("mkdir", "d", 0755);
        source.ok("many", "d/f", 300);
        assertThat(readdirs(mount, mnt, source)).isPositive();
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        source.ok("unlink", "d/f7");
        assertThat(readdirs(mount, mnt, source)).as("changed behind the mount").isPositive();
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        mnt.ok("mkdir", "d/e", 0755);
        assertThat(readdirs(mount, mnt, source)).as("changed through the mount").isPositive();
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        mnt.ok("stat", "d/f8");
        mount.shrink();
        StackMount.await("forgotten", () -> mount.fs.nodes() == 1);
        long plus = mount.session.counters().received(FuseOpcode.READDIRPLUS);
        assertThat(readdirs(mount, mnt, source)).isPositive();
        assertThat(mount.session.counters().received(FuseOpcode.READDIRPLUS))
            .as("with attributes")
            .isGreaterThan(plus);
      }
    }

    @Test
    void areReadEachTimeWhereNothingIsBelieved() throws InterruptedException {
      options.validity = new Validity(HOUR_NS, HOUR_NS, 0);
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        source.ok("mkdir", "d", 0755);
        source.ok("many", "d/f", 3);
        TimeUnit.NANOSECONDS.sleep(Contents.RESOLUTION_NS);
        for (int i = 0; i < 3; i++) {
          assertThat(readdirs(mount, mnt, source)).isPositive();
        }
      }
    }
  }
}
