// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names that the kernel can look up by itself because somebody has read their directory. */
@Tag("vm")
class PrefetchVmTest {
  private static final int FILES = 100;

  private final CachedMount m = CachedMount.asking();

  @AfterEach
  void end() {
    assertThat(m.mount.fs.audit().faults()).isEmpty();
    m.close();
  }

  private void fill(String directory) {
    m.source.ok("mkdir", directory, 0755);
    m.source.ok("many", directory + "/f", FILES);
  }

  private long cached() {
    return m.mount.fs.counts().slots();
  }

  @Test
  void theFirstLookupIsAnsweredInTheKernel() {
    fill("d");
    assertThat(m.mnt.ok("list", "d")).isEqualTo(m.source.ok("list", "d"));
    assertThat(m.during("stat-many", "d/f", FILES, 1))
        .contains("LOOKUP ANSWERED=" + 2 * FILES) // d, and the file
        .doesNotContain("up=");
    assertThat(m.mnt.ok("stat", "d/f7")).isEqualTo(m.source.ok("stat", "d/f7"));
  }

  /** Of which the cache has the names, but nothing else until somebody looks. */
  @Test
  void filesThatWereWrittenAreToldOfAgain() {
    m.mnt.ok("mkdir", "d", 0755);
    for (int i = 0; i < 20; i++) {
      m.mnt.ok("open", 1, "wc", "d/f" + i, 0644);
      m.mnt.ok("write", 1, 10);
      m.mnt.ok("close", 1);
    }
    m.mnt.ok("list", "d");
    assertThat(m.during("stat-many", "d/f", 20, 1)).doesNotContain("up=");
    assertThat(m.mnt.ok("stat", "d/f7")).isEqualTo(m.source.ok("stat", "d/f7"));
  }

  @Test
  void changesAreSeenThough() {
    fill("d");
    m.mnt.ok("list", "d");
    m.mnt.ok("chmod", "d/f1", 0600);
    m.mnt.ok("rename", "d/f2", "d/f3");
    m.mnt.ok("unlink", "d/f4");
    for (String name : new String[] {"d/f1", "d/f3"}) {
      assertThat(m.mnt.ok("stat", name)).isEqualTo(m.source.ok("stat", name));
    }
    m.mnt.fails("ENOENT", "stat", "d/f2");
    m.mnt.fails("ENOENT", "stat", "d/f4");
    assertThat(m.mnt.ok("list", "d")).isEqualTo(m.source.ok("list", "d"));
  }

  @Test
  void whoOnlyListsIsNotMadeToWait() {
    for (int i = 0; i < 4; i++) {
      fill("d" + i);
    }
    m.mnt.ok("list", "d0");
    m.mnt.ok("list", "d1");
    long before = cached();
    m.mnt.ok("list", "d2");
    assertThat(cached()).as("after two that nobody looked up").isLessThanOrEqualTo(before + 1);
    m.mnt.ok("stat-many", "d2/f", FILES, 1);
    m.mnt.ok("list", "d3");
    assertThat(m.during("stat-many", "d3/f", FILES, 1))
        .as("after one that was looked up")
        .doesNotContain("up=");
  }

  @Test
  void nothingIsPutOutOfTheCacheForIt() {
    try (CachedMount small = new CachedMount(256)) {
      small.source.ok("mkdir", "d", 0755);
      small.source.ok("many", "d/f", 1000);
      small.mnt.ok("list", "d");
      assertThat(small.mount.fs.counts().slots()).isLessThan(256);
      assertThat(small.mount.fs.counts().reclaimed()).isZero();
      assertThat(small.mount.fs.audit().faults()).isEmpty();
    }
  }

  /** Names from 24 bytes on have a map of their own, with a quarter of the places. */
  @Test
  void noNameIsPutOutForOneThatNobodyHasAskedFor() {
    String asked = "asked/" + "f".repeat(30);
    String other = "other/" + "f".repeat(30);
    try (CachedMount small = new CachedMount(512)) {
      small.source.ok("mkdir", "asked", 0755);
      small.source.ok("many", asked, 128);
      small.source.ok("mkdir", "other", 0755);
      small.source.ok("many", other, 128);
      small.mnt.ok("stat-many", asked, 120, 1);
      small.mnt.ok("list", "other");
      assertThat(small.during("stat-many", asked, 120, 1)).doesNotContain("up=");
      assertThat(small.cache.evictedNames()).isZero();
      assertThat(small.mount.fs.audit().faults()).isEmpty();
    }
  }
}
