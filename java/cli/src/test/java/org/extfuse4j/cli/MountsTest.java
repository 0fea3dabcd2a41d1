// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
  @Test
  void readsTheTable() {
    var mounts =
        Mounts.parse(
            """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:57 / /mnt/a rw - fuse.extfuse /src rw,user_id=0
            """);

    assertThat(mounts)
        .containsExactly(
            new Mounts.Mount(0, "/", "ext4", "/dev/vda"),
            new Mounts.Mount(57, "/mnt/a", "fuse.extfuse", "/src"));
    assertThat(mounts.get(0).isExtfuse()).isFalse();
    assertThat(mounts.get(1).isExtfuse()).isTrue();
  }

  @Test
  void undoesTheEscapesOfNames() {
    // "/mnt/ä b#", in UTF-8 read as ISO-8859-1.
    var mounts =
        Mounts.parse("1 0 0:9 / /mnt/\u00c3\u00a4\\040b\\043 rw - fuse.extfuse /a\\134b rw\n");

    assertThat(mounts)
        .containsExactly(new Mounts.Mount(9, "/mnt/\u00e4 b#", "fuse.extfuse", "/a\\b"));
  }

  @Test
  void leavesOutWhatItDoesNotUnderstand() {
    assertThat(Mounts.parse("\nrubbish\n1 2 3 - 4\n")).isEmpty();
  }

  @Test
  void followsSymbolicLinks(@TempDir Path dir) throws IOException {
    Path real = Files.createDirectory(dir.toRealPath().resolve("real"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);

    assertThat(Mounts.resolve(link)).isEqualTo(real);
    assertThat(Mounts.resolve(link.resolve("."))).isEqualTo(real);
    assertThat(Mounts.resolve(real.resolve(".."))).isEqualTo(real.getParent());
    assertThat(Mounts.resolve(link.resolve("missing"))).isEqualTo(real.resolve("missing"));
  }
}
