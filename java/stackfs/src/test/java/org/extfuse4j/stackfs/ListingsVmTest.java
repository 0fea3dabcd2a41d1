// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names of a directory that the kernel keeps, and when it must not. */
@Tag("vm")
class ListingsVmTest {
  private static final int FILES = 700; // some pages of the kernel's cache, some requests

  private final CachedMount m = new CachedMount();

  @BeforeEach
  void fill() {
    m.source.ok("mkdir", "d", 0755);
    m.source.ok("many", "d/f", FILES);
    m.source.ok("mkdir", "small", 0755);
    m.source.ok("mknod", "small/a", 0100644);
  }

  @AfterEach
  void end() {
    m.close();
  }

  private long readdirs(Runnable action) {
    long before = m.mount.session.counters().received(FuseOpcode.READDIR);
    action.run();
    return m.mount.session.counters().received(FuseOpcode.READDIR) - before;
  }

  private void sameList(String path) {
    assertThat(m.mnt.ok("list", path)).isEqualTo(m.source.ok("list", path));
  }

  private void warm(String path) {
    StackMount.await("the names are kept", () -> readdirs(() -> sameList(path)) == 0);
    closed();
  }

  // RELEASEDIR comes after closedir() has returned, and until then the next one is served without.
  private void closed() {
    StackMount.await(
        "RELEASEDIR of all",
        () -> {
          long[] done = m.mount.session.counters().successes();
          long inKernel = m.cache.stats().count(FuseOpcode.OPENDIR, Outcome.ANSWERED);
          return done[FuseOpcode.RELEASEDIR] == done[FuseOpcode.OPENDIR] + inKernel;
        });
  }

  @Test
  void namesAreReadOnce() {
    // A last one that says that this is all; from Linux 6.16 on the others are as large as asked
    // for.
    assertThat(readdirs(() -> sameList("d"))).isGreaterThan(1);
    warm("d");
    assertThat(m.mnt.ok("seek", "d")).isEqualTo(m.source.ok("seek", "d"));
  }

  @Test
  void namesOutliveDentries() {
    warm("d");
    Sh.run("sh", "-c", "echo 2 > /proc/sys/vm/drop_caches").succeeds(); // but no pages
    String asked = m.during(() -> assertThat(readdirs(() -> sameList("d"))).isZero());
    assertThat(asked).as("d's dentry is another one").contains("LOOKUP ANSWERED");
    assertThat(m.mnt.ok("stat", "d/f1")).isEqualTo(m.source.ok("stat", "d/f1"));
  }

  @Test
  void changesAreSeenByWhoIsAtTheStart() {
    warm("small");
    m.mnt.ok("opendir", 1, "small");
    m.mnt.ok("mknod", "small/b", 0100644);
    assertThat(m.mnt.ok("rest", 1)).isEqualTo(m.source.ok("list", "small"));
    m.mnt.ok("rename", "small/a", "d/a");
    m.mnt.ok("rewinddir", 1);
    assertThat(m.mnt.ok("rest", 1)).isEqualTo(m.source.ok("list", "small"));
    m.mnt.ok("unlink", "small/b");
    m.mnt.ok("rewinddir", 1);
    assertThat(m.mnt.ok("rest", 1)).isEqualTo(m.source.ok("list", "small"));
    m.mnt.ok("closedir", 1);
    sameList("d");
  }

  @Test
  void oneReaderAtATimeUsesWhatIsKept() {
    warm("small");
    m.mnt.ok("opendir", 1, "small");
    assertThat(readdirs(() -> sameList("small"))).as("the second asks").isPositive();
    assertThat(readdirs(() -> m.mnt.ok("rest", 1))).as("the first does not").isZero();
    m.mnt.ok("closedir", 1);
    warm("small");
  }

  @Test
  void removingWhatIsBeingReadSkipsNothing() {
    warm("d");
    m.mnt.ok("opendir", 1, "d");
    int removed = 0;
    for (String name = m.mnt.ok("readdir", 1); !name.isEmpty(); name = m.mnt.ok("readdir", 1)) {
      if (name.startsWith("f")) {
        m.mnt.ok("unlink", "d/" + name);
        removed++;
      }
    }
    m.mnt.ok("closedir", 1);
    assertThat(removed).isEqualTo(FILES);
    m.mnt.ok("rmdir", "d");
  }

  @Test
  void aFlushEndsWhatIsKept() {
    warm("small");
    m.source.ok("mknod", "small/behind", 0100644);
    m.cache.flush();
    sameList("small");
    warm("small");
  }

  @Test
  void aDirectoryIsOpenedInTheKernelAndReadFromThere() {
    m.mnt.ok("stat", "d");
    assertThat(m.during(() -> sameList("d")))
        .as("the first reader")
        .contains("OPENDIR ANSWERED=1")
        .containsPattern("READDIR up=\\d");
    closed();
    assertThat(m.during(() -> sameList("d")))
        .as("the second")
        .contains("OPENDIR ANSWERED=1")
        .doesNotContain("up=");
    closed();
    assertThat(m.mnt.ok("seek", "d")).isEqualTo(m.source.ok("seek", "d"));
  }

  @Test
  void oneReaderAtATimeIsOpenedInTheKernel() {
    m.mnt.ok("stat", "small");
    assertThat(m.during("opendir", 1, "small")).contains("OPENDIR ANSWERED=1");
    assertThat(m.during("opendir", 2, "small")).contains("OPENDIR MISS_STALE=1 up=1");
    m.mnt.ok("closedir", 1);
    m.mnt.ok("closedir", 2);
    closed();
    assertThat(m.during("opendir", 1, "small")).contains("OPENDIR ANSWERED=1").doesNotContain("up");
    m.mnt.ok("closedir", 1);
  }

  @Test
  void aChangeWhileTheKernelHasItOpenIsNotMissed() {
    m.mnt.ok("stat", "small");
    assertThat(m.during("opendir", 1, "small")).contains("OPENDIR ANSWERED=1");
    m.mnt.ok("readdir", 1);
    m.mnt.ok("mknod", "small/b", 0100644);
    m.mnt.ok("stat", "small");
    m.mnt.ok("closedir", 1);
    closed();
    assertThat(m.during(() -> sameList("small")))
        .as("what may be kept is dropped")
        .contains("OPENDIR MISS_STALE=1 up=1");
    warm("small");
    assertThat(m.during(() -> sameList("small")))
        .contains("OPENDIR ANSWERED=1")
        .doesNotContain("up=");
  }

  @Test
  void aFlushWhileTheKernelHasItOpenIsNotMissed() {
    m.mnt.ok("stat", "small");
    assertThat(m.during("opendir", 1, "small")).contains("OPENDIR ANSWERED=1");
    m.mnt.ok("rest", 1);
    m.source.ok("mknod", "small/behind", 0100644);
    m.cache.flush();
    m.mnt.ok("stat", "small");
    m.mnt.ok("closedir", 1);
    closed();
    m.mnt.ok("stat", "small");
    assertThat(m.during(() -> sameList("small"))).containsPattern("OPENDIR MISS_\\w+=1 up=1");
    warm("small");
  }

  @Test
  void whatTheKernelHasOpenedCanBeSyncedAndAskedForItsFlags() {
    m.mnt.ok("stat", "d");
    for (String command : new String[] {"sync d", "lsattr -d d"}) {
      assertThat(
              m.during(
                  () ->
                      assertThat(Sh.script(m.mount.mnt, command).succeeds())
                          .isEqualTo(Sh.script(m.mount.source, command).succeeds())))
          .contains("OPENDIR ANSWERED=1");
      closed();
    }
  }

  @Test
  void whatTheKernelHasOpenedLeavesNoDescriptor() {
    warm("small");
    int before = descriptors();
    for (int i = 0; i < 20; i++) {
      m.mnt.ok("drop-caches");
      m.mnt.ok("stat", "small");
      m.mnt.ok("opendir", 1, "small");
      sameList("small");
      m.mnt.ok("rest", 1);
      m.mnt.ok("closedir", 1);
      closed();
    }
    assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
  }

  private static int descriptors() {
    return new File("/proc/self/fd").list().length;
  }

  @Test
  void memoryIsGivenBack() {
    warm("d");
    m.mnt.ok("drop-caches");
    assertThat(readdirs(() -> sameList("d"))).isPositive();
    warm("d");
  }
}
