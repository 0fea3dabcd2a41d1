// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Places;
import org.extfuse4j.daemon.run.RunDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mount that is also mounted elsewhere: umount says where, at once, and not that it hangs. */
@Timeout(60)
class PlacesIT {
  private static final long AT_ONCE_MS = 15_000; // a JVM on a busy machine, and not the 30 s of old

  @RegisterExtension final Cli cli = new Cli();
  private Path copy;

  @BeforeEach
  void mount() throws IOException {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    copy = Files.createDirectory(cli.dir.resolve("mnt2"));
  }

  @Test
  void aBindMountOfAPart() {
    sh("mount --bind \"$1/sub\" \"$2\"");
    RunDirectory.Daemon daemon = cli.daemon();
    long began = System.nanoTime();
    cli.extfuse("umount", cli.mountpoint)
        .says(
            1,
            cli.mountpoint
                + " is unmounted, but its daemon (process "
                + daemon.pid()
                + ") still serves "
                + copy
                + ": umount "
                + copy);
    assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(AT_ONCE_MS);
    assertThat(copy.resolve("file")).hasContent("some text");
    cli.extfuse("umount", cli.mountpoint)
        .says(
            1,
            cli.mountpoint
                + " is not mounted, but its daemon (process "
                + daemon.pid()
                + ") still serves "
                + copy
                + ": umount "
                + copy);
    cli.extfuse("umount", copy).silent();
    assertThat(daemon.alive()).isFalse();
  }

  @Test
  void theCopyIsUnmountedFirst() {
    sh("mount --bind \"$1\" \"$2\"");
    cli.extfuse("umount", copy)
        .says(
            0,
            copy
                + " is unmounted, but its daemon (process "
                + cli.daemon().pid()
                + ") still serves "
                + cli.mountpoint
                + ": umount "
                + cli.mountpoint);
    assertThat(cli.mountpoint.resolve("sub/file")).exists();
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void anotherMountNamespace() throws Exception {
    Process other =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sleep", "60").start();
    try {
      Cli.await(() -> Places.of(cli.run().connection()).size() == 2);
      RunDirectory.Daemon daemon = cli.daemon();
      String where =
          cli.mountpoint
              + " in the mount namespace of process "
              + other.pid()
              + " (sleep): nsenter -m -t "
              + other.pid()
              + " umount "
              + cli.mountpoint;
      long began = System.nanoTime();
      cli.extfuse("umount", cli.mountpoint)
          .says(
              1,
              cli.mountpoint
                  + " is unmounted, but its daemon (process "
                  + daemon.pid()
                  + ") still serves "
                  + where);
      assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(AT_ONCE_MS);
      Cli.run(List.of("sh", "-c", where.substring(where.indexOf(": ") + 2)), Map.of()).silent();
      Cli.await(() -> !daemon.alive());
    } finally {
      other.destroy();
      other.waitFor();
    }
  }

  @Test
  void lazily() {
    sh("mount --bind \"$1\" \"$2\"");
    cli.extfuse("umount", "-l", cli.mountpoint)
        .says(
            0,
            cli.mountpoint
                + " is unmounted, but its daemon (process "
                + cli.daemon().pid()
                + ") still serves "
                + copy
                + ": umount "
                + copy);
    cli.extfuse("umount", copy).silent();
  }

  private void sh(String script) {
    Cli.run(List.of("sh", "-c", script, "sh", cli.mountpoint.toString(), copy.toString()), Map.of())
        .silent();
  }
}
