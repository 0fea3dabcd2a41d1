// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
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
