// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the in-kernel cache the kernel keeps what files contain, too, until they change. */
@Tag("vm")
class ContentsVmTest {
  private final CachedMount m = new CachedMount();

  @BeforeEach
  void fill() {
    m.source.ok("open", 0, "wc", "f", 0644);
    m.source.ok("write", 0, 5000);
    m.source.ok("close", 0);
    StackMount.await("contents are kept", () -> reads() == 0);
  }

  @AfterEach
  void end() {
    m.close();
  }

  private long reads() {
    long before = m.mount.session.counters().received(FuseOpcode.READ);
    assertThat(m.mnt.sum("f")).isEqualTo(m.source.sum("f"));
    return m.mount.session.counters().received(FuseOpcode.READ) - before;
  }

  @Test
  void aFlushDropsThem() {
    m.cache.flush();
    assertThat(reads()).isPositive();
    StackMount.await("contents are kept", () -> reads() == 0);
  }

  @Test
  void whatTheSourceContainsIsSeenAfterAFlush() {
    m.source.ok("open", 1, "+", "f");
    m.source.ok("map-write", 1, 4096);
    m.source.ok("utime", "f", 1, 0);
    m.source.ok("close", 1);
    m.cache.flush();
    reads();
  }

  @Test
  void changesAreSeen() {
    m.mnt.ok("open", 1, "+", "f");
    m.mnt.ok("map-write", 1, 4096);
    m.mnt.ok("fsync", 1);
    reads();
    m.mnt.ok("write", 1, 10, 100);
    reads();
    m.mnt.ok("ftruncate", 1, 4095);
    reads();
    m.mnt.ok("fallocate", 1, 4000, 2000);
    reads();
    m.mnt.ok("close", 1);
    StackMount.await("contents are kept", () -> reads() == 0);
    m.mnt.ok("truncate", "f", 3);
    reads();
    StackMount.await("contents are kept", () -> reads() == 0);
  }

  @Test
  void copiesAreSeen() {
    m.source.ok("open", 2, "wc", "g", 0644);
    m.source.ok("write", 2, 3000);
    m.source.ok("ftruncate", 2, 5000);
    m.source.ok("close", 2);
    m.mnt.ok("open", 1, "r", "g");
    m.mnt.ok("open", 2, "w", "f");
    m.mnt.ok("copy", 1, 2, 5000);
    m.mnt.ok("close", 2);
    m.mnt.ok("close", 1);
    reads();
  }
}
