// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was written is in the source when a mount has ended in order, and on its disk. */
class SyncIT {
  private static final int SIZE = 20_000_000;

  @RegisterExtension final Cli cli = new Cli();

  @Test
  void whatOpenFilesHoldSurvivesSigterm() throws Exception {
    Process daemon = cli.foreground(List.of(), "--cache=off", "--writeback");
    Path file = cli.source.resolve("sub/file");
    String write =
        "exec 3>\"$1\"; head -c " + SIZE + " /dev/zero | tr '\\0' x >&3; echo; sleep 100";
    Process writer =
        new ProcessBuilder("sh", "-c", write, "sh", cli.mountpoint + "/sub/file").start();
    try {
      assertThat(writer.getInputStream().read()).isEqualTo('\n');
      daemon.destroy();
      assertThat(daemon.waitFor()).isZero();
      assertThat(Files.size(file)).isEqualTo(SIZE);
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < SIZE; i++) {
        if (bytes[i] != 'x') {
          assertThat(bytes[i]).as("byte %d", i).isEqualTo((byte) 'x');
        }
      }
    } finally {
      writer.descendants().forEach(ProcessHandle::destroyForcibly);
      writer.destroyForcibly();
    }
  }

  /** A disk whose own file system writes nothing by itself for a while. */
  private void disk(boolean copy) {
    String mount = "mount -o loop,commit=300 %s source".formatted(copy ? "log" : "file");
    String make = copy ? mount : "truncate -s 64M file && mkfs.ext4 -q file && " + mount;
    sh(make);
  }

  private String sh(String script) {
    String all = "cd \"$1\" && " + script;
    Cli.Result result = Cli.run(List.of("sh", "-c", all, "sh", cli.dir.toString()), Map.of());
    assertThat(result.status()).as("%s: %s", script, result.err()).isZero();
    return result.out();
  }

  /** As if the power had failed. */
  private void crash() {
    sh("cp file log && umount source");
  }

  @Test
  void afterUmountItIsOnTheDisk() throws IOException {
    disk(false);
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    Files.writeString(cli.mountpoint.resolve("f"), "kept");
    cli.extfuse("umount", cli.mountpoint).silent();
    crash();
    disk(true);
    assertThat(sh("cat source/f; umount source")).isEqualTo("kept");
  }

  @Test
  void fromTimeToTime() throws Exception {
    disk(false);
    cli.extfuse("mount", "--cache=off", "--sync-interval=0.5", cli.source, cli.mountpoint).silent();
    Files.writeString(cli.mountpoint.resolve("f"), "kept");
    Thread.sleep(3000);
    sh("cp file log");
    cli.extfuse("umount", cli.mountpoint).silent();
    sh("umount source");
    disk(true);
    assertThat(sh("cat source/f; umount source")).isEqualTo("kept");
  }
}
