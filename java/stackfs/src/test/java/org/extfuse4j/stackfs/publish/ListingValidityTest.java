// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_CACHE_DIR;
import static org.extfuse4j.fuse.protocol.FuseFlags.FOPEN_KEEP_CACHE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.stackfs.FsOp;
import org.extfuse4j.stackfs.StackMount;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of directories that the kernel keeps without the in-kernel cache, and when it must not. */
class ListingValidityTest {
  private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
  private static final int KEPT = FOPEN_CACHE_DIR | FOPEN_KEEP_CACHE;

  /** The rules alone, with times of their own. */
  @Nested
  class Rules {
    private final ListingValidity names = new ListingValidity();
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
      names.drop(7);
      keep();
      names.drop(7);
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
    void areReadAgainWhenTheyHaveChanged() throws IOException {
      options.validity = new Validity(HOUR_NS, HOUR_NS, HOUR_NS);
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        source.ok("mkdir", "d", 0755);
        source.ok("many", "d/f", 300);
        assertThat(readdirs(mount, mnt, source)).isPositive();
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        Path directory = mount.source.resolve("d");
        FileTime before = Files.getLastModifiedTime(directory);
        source.ok("unlink", "d/f7");
        Files.setLastModifiedTime(directory, before); // so that nothing but ctime tells
        assertThat(readdirs(mount, mnt, source)).isPositive();
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        mnt.ok("mkdir", "d/e", 0755);
        assertThat(readdirs(mount, mnt, source)).isPositive();
      }
    }

    @Test
    void areReadAgainWhenTheKernelHasForgottenWhatTheyLeadTo() {
      options.validity = new Validity(HOUR_NS, HOUR_NS, HOUR_NS);
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp inside = new FsOp(mount.source);
          FsOp source = new FsOp(mount.source)) {
        source.ok("mkdir", "d", 0755);
        source.ok("many", "d/f", 30);
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        inside.ok("chdir", mount.mnt.resolve("d")); // so that the directory itself stays
        mount.shrink();
        StackMount.await("the rest is forgotten", () -> mount.fs.nodes() == 2);
        long plus = mount.session.counters().received(FuseOpcode.READDIRPLUS);
        assertThat(readdirs(mount, mnt, source)).isPositive();
        assertThat(mount.session.counters().received(FuseOpcode.READDIRPLUS)).isGreaterThan(plus);
        inside.ok("chdir", "/");
      }
    }

    @Test
    void aStreamThatBeginsAnewSeesTheChange() {
      options.validity = new Validity(HOUR_NS, 0, HOUR_NS);
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        source.ok("mkdir", "d", 0755);
        source.ok("many", "d/f", 3);
        StackMount.await("they are kept", () -> readdirs(mount, mnt, source) == 0);
        mnt.ok("opendir", 1, "d");
        mnt.ok("rest", 1);
        source.ok("unlink", "d/f1");
        mnt.ok("rewinddir", 1);
        assertThat(mnt.ok("rest", 1)).isEqualTo(source.ok("list", "d"));
        mnt.ok("closedir", 1);
      }
    }

    private static Stream<Validity> untold() {
      return Stream.of(
          new Validity(HOUR_NS, HOUR_NS, 0), // what is not there is not believed
          new Validity(HOUR_NS, 2 * HOUR_NS, HOUR_NS)); // nor would a stream see changes in time
    }

    @ParameterizedTest
    @MethodSource("untold")
    void areReadEachTimeOtherwise(Validity validity) throws InterruptedException {
      options.validity = validity;
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
