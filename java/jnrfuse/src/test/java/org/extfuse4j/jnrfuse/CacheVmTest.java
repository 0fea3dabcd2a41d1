// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.UpcallCounters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The in-kernel cache of a file system that may change by itself. */
@Tag("vm")
@Timeout(300)
class CacheVmTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Validity LONG = new Validity(3600 * SECOND, 3600 * SECOND, 0);

  private final FullFs fs = new FullFs();
  private final Path dir = Mounts.newMountPoint();
  private ExtFuseMount mount;

  private void mount(Validity validity) {
    mount = Mounts.cached(fs, dir, validity);
    assertThat(sh("mkdir -p d/e && echo one > d/e/f && echo x > g && sleep 0.5")).isEmpty();
    assertThat(sh("stat -c %s d/e/f g")).isEqualTo("4\n2");
  }

  @AfterEach
  void end() {
    assertThat(mount.audit().faults()).isEmpty();
    mount.close();
  }

  private String sh(String script) {
    return Mounts.sh(dir, script);
  }

  private long upcalls() {
    UpcallCounters counters = mount.counters();
    return counters.received(FuseOpcode.LOOKUP) + counters.received(FuseOpcode.GETATTR);
  }

  @Test
  void whatIsKnownIsAnsweredInTheKernel() {
    mount(LONG);
    assertThat(mount.cached()).isTrue();
    sh("stat d/e/f d/e d g");
    long before = upcalls();
    assertThat(sh("stat -c %s d/e/f d/e/f g")).isEqualTo("4\n4\n2");
    assertThat(sh("cat d/e/f")).isEqualTo("one");
    assertThat(upcalls()).isEqualTo(before);
  }

  @Test
  void itIsBelievedForItsValidityAndNoLonger() throws InterruptedException {
    mount(new Validity(3 * SECOND, 3 * SECOND, 0));
    sh("stat g");
    fs.truncate("/g", 77);
    Thread.sleep(3_100);
    long before = upcalls();
    assertThat(sh("stat -c %s g")).isEqualTo("77");
    assertThat(upcalls()).isGreaterThan(before);
  }

  @Test
  void attributesAreInvalidated() {
    changes(() -> fs.truncate("/d/e/f", 77), cache -> cache.invalidateAttributes("/d/e/f"));
  }

  @Test
  void entriesAreInvalidated() {
    changes(() -> replaced(77), cache -> cache.invalidateEntry("/d/e", "f"));
  }

  @Test
  void treesAreInvalidated() {
    changes(() -> replaced(77), cache -> cache.invalidateTree("/d"));
  }

  @Test
  void everythingIsInvalidated() {
    changes(() -> replaced(77), FuseCache::invalidateAll);
  }

  private int replaced(long size) {
    fs.unlink("/d/e/f");
    fs.mknod("/d/e/f", 0100644, 0);
    return fs.truncate("/d/e/f", size);
  }

  private void changes(Runnable change, Consumer<FuseCache> word) {
    mount(LONG);
    sh("stat d/e/f");
    change.run();
    assertThat(sh("stat -c %s d/e/f")).as("nobody has said a word").isEqualTo("4");
    word.accept(mount.cache());
    assertThat(sh("stat -c %s d/e/f")).isEqualTo("77");
  }

  @Test
  void aFileOpenForWritingIsNotCached() {
    mount(LONG);
    String script =
        "exec 3>>g; for i in 1 2 3; do echo x >&3; stat -c %s g; done; exec 3>&-; stat -c %s g";
    assertThat(sh(script)).isEqualTo("4\n6\n8\n8");
  }

  @Test
  void hardLinksAreNotCached() {
    mount(LONG);
    assertThat(sh("ln g h; stat -c '%h %s' g h; echo more >> h; stat -c %s g; rm h; stat -c %h g"))
        .isEqualTo("2 2\n2 2\n7\n1");
  }

  @Test
  void changesThroughTheMountAreSeenAtOnce() {
    mount(LONG);
    String script =
        "for i in $(seq 4); do mkdir m$i; stat -c %F m$i; mv m$i n; stat m$i 2>&1 | grep -c No;"
            + " chmod 7$((i % 8))5 n; stat -c %a n; rmdir n; stat n 2>&1 | grep -c No; done";
    String[] lines = sh(script).split("\n");
    assertThat(lines).hasSize(16);
    for (int i = 0; i < 4; i++) {
      assertThat(lines[4 * i]).isEqualTo("directory");
      assertThat(lines[4 * i + 1]).isEqualTo("1");
      assertThat(lines[4 * i + 2]).isEqualTo("7" + (i + 1) % 8 + "5");
      assertThat(lines[4 * i + 3]).isEqualTo("1");
    }
  }

  /** With a validity of an hour the cache must give what libfuse gives with none. */
  @Test
  void theScenarioIsLibfusesWithoutACache() throws Exception {
    String name = FullFs.class.getName();
    mount(LONG);
    String reference;
    Path there = Mounts.newMountPoint();
    String options = "default_permissions,attr_timeout=0,entry_timeout=0";
    try (Program program = Program.withLibfuse(name, there, options)) {
      reference = SameAsLibfuseTest.scenario(program.mountPoint());
    }
    Path here = Mounts.newMountPoint();
    options = "attr_timeout=3600,entry_timeout=3600";
    try (Program program = Program.withAdapter(name, here, options)) {
      assertThat(SameAsLibfuseTest.scenario(program.mountPoint())).isEqualTo(reference);
    }
  }
}
