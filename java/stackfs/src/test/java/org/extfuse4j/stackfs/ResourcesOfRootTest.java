// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks that ext4 keeps for root are not for others, however they come to ask for them. */
class ResourcesOfRootTest {
  private static final String[] NOBODY = {
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"
  };

  private final MemoryImage image =
      new MemoryImage("ext4", "32M", List.of("-m", "50", "-O", "^has_journal"), "defaults");
  private StackMount m;

  @BeforeEach
  void mount() {
    StackMount.Options options = new StackMount.Options();
    options.base = image.root;
    m = new StackMount(options);
    Sh.script(m.source, "mkdir -m 777 d").succeeds();
  }

  @AfterEach
  void end() {
    m.close();
    image.close();
  }

  /** Blocks that are free for root only, when there are no others. */
  private long kept() {
    Sh.run("sync", "-f", m.source.toString()).succeeds();
    String[] free =
        Sh.run("stat", "-f", "-c", "%f %a", m.source.toString()).succeeds().strip().split(" ", -1);
    assertThat(Long.parseLong(free[1])).as("blocks for everybody").isLessThan(64);
    return Long.parseLong(free[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dd if=/dev/zero of=f bs=64k count=1000",
        "while dd if=/dev/zero of=f bs=512 oflag=append conv=notrunc count=2000; do :; done",
        "dd if=/dev/zero of=f bs=64k count=1000 oflag=direct",
        "fallocate -l 11M f; i=0; while fallocate -l 64K f$i; do i=$((i + 1)); done",
        "truncate -s 64M f && ! perl -e 'open F, \"+<f\"; for (1 .. 900) { sysseek F, $_ << 16, 0; "
            + "syswrite F, \"x\" x 65536 or die }'",
      })
  void nobodyFillsWhatIsFree(String script) {
    Sh.script(m.mnt.resolve("d"), script + "; true", NOBODY).succeeds();
    assertThat(kept()).as("1 KiB blocks for root").isGreaterThan(14_000);
    // They are there for root.
    Sh.script(m.mnt, "head -c 4M /dev/zero >roots").succeeds();
  }

  @Test
  void norByAMapping() {
    Sh.script(m.mnt.resolve("d"), "dd if=/dev/zero of=f bs=64k count=1000; true", NOBODY);
    Sh.script(m.mnt.resolve("d"), "truncate -s 8M m", NOBODY).succeeds();
    try (FsOp nobody = new FsOp(m.mnt.resolve("d"), NOBODY)) {
      nobody.ok("open", 1, "+", "m");
      // The pages are written later, in nobody's name; FUSE has no blocks to refuse before.
      nobody.run("map-write", 1, 1 << 23);
      nobody.run("fsync", 1);
    }
    assertThat(kept()).as("1 KiB blocks for root").isGreaterThan(14_000);
  }
}
