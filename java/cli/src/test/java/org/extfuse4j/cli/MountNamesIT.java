// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mount points with every character that the mount table escapes, and with such as it does not. */
class MountNamesIT {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void aNumberSign() throws IOException {
    lives("a#b");
  }

  @Test
  void allThatIsOdd() throws IOException {
    lives("a b\tc\nd\\e#f\rg - h\\040,i%j'k\"l\u00e4");
  }

  @Test
  void whiteSpaceAtTheEnd() throws IOException {
    lives("ends \n");
  }

  private void lives(String name) throws IOException {
    Path point = Files.createDirectory(cli.dir.resolve(name));
    try {
      cli.extfuse("mount", "--cache=off", cli.source, point).silent();
      assertThat(point.resolve("sub/file")).hasContent("some text");
      Mounts.Mount mount = Mounts.at(point).orElseThrow();
      RunDirectory.Daemon daemon = RunDirectory.of(mount.connection()).daemon().orElseThrow();
      assertThat(daemon.mountpoint()).isEqualTo(point.toString());
      assertThat(cli.extfuse("stats", "--json", point).status()).isZero();
      cli.extfuse("umount", point).silent();
      assertThat(daemon.alive()).isFalse();
      assertThat(Mounts.at(point)).isEmpty();
    } finally {
      Cli.run(List.of("umount", "-l", point.toString()), Map.of());
      Files.delete(point);
    }
  }
}
