// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mount that is mounted once more with mapped owners, on this machine's kernel. */
@Timeout(120)
class IdmapIT {
  @RegisterExtension final Cli cli = new Cli();

  private static boolean offered() throws IOException {
    String[] release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]", 3);
    int major = Integer.parseInt(release[0]);
    return major > 6 || (major == 6 && Integer.parseInt(release[1]) >= 12);
  }

  @Test
  void ownersAreRight() throws IOException {
    if (!offered()) {
      cli.extfuse("mount", "--idmap", "--cache=off", cli.source, cli.mountpoint)
          .says(
              1,
              "the kernel has no idmapped mounts of FUSE file systems: Linux 6.12 or later is"
                  + " needed (EOPNOTSUPP)");
      return;
    }
    try (Idmapped idmapped = new Idmapped(cli, "--cache=off")) {
      idmapped.check();
      assertThat(idmapped.sh("getfattr -m - \"$M/sub/file\"").out()).isEmpty();
    }
  }

  @Test
  void onlyWhenItIsAskedFor() throws IOException {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    Path target = Files.createDirectory(cli.dir.resolve("mnt2"));
    Cli.Result result = Idmapped.mount(cli.mountpoint, target);
    assertThat(result.err()).contains("mount_setattr: Invalid argument");
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void notWithJnrFuse() {
    cli.main("mount", "--idmap", "--jnrfuse", "A", "b")
        .says(2, "--idmap: not with --jnrfuse; see extfuse mount --help");
  }
}
