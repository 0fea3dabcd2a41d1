// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.daemon.run.PinnedMount;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people do with mounts, with the in-kernel cache on. */
@Tag("vm")
@Timeout(240)
class MountVmTest {
  @RegisterExtension final Cli cli = new Cli();

  /** What is pinned is found by other means when somebody has removed the pins. */
  @Test
  void pinsThatAreRemoved() {
    cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint).silent();
    sh("for i in 1 2 3; do stat \"$M/sub/file\" >/dev/null; done");
    assertThat(Cli.here("map", "get", cli.mountpoint, "sub/file").out()).contains("answered");
    sh("rm -r /sys/fs/bpf/extfuse/*");

    Cli.Result get = Cli.here("map", "get", cli.mountpoint, "sub/file");
    assertThat(get.err()).isEmpty();
    assertThat(get.out()).contains("answered in the kernel: inode ");
    assertThat(Cli.here("map", "ls").out()).contains(" entry_map ", cli.mountpoint.toString());
    assertThat(Cli.here("map", "verify", cli.mountpoint).out()).contains(": 0 differences\n");
    Cli.Result top = Cli.here("top", "--once", "--interval", "0.5", cli.mountpoint);
    assertThat(top.out()).doesNotContain("without the in-kernel cache").contains("entry_map");
    Cli.Result watch =
        Cli.here("map", "watch", cli.mountpoint, "--count", 1, "--interval", "0.2", "--json");
    assertThat(watch.err()).isEmpty();
    assertThat(watch.status()).isZero();

    Cli.kill("KILL", cli.daemon().pid()).silent();
    Cli.await(() -> cli.daemon() == null);
    assertThatThrownBy(() -> PinnedMount.of(cli.mountpoint.toString()).open())
        .hasMessageContaining("its daemon is gone, and so are the pins");
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void mappedOwnersFromTheMaps() throws IOException {
    try (Idmapped idmapped = new Idmapped(cli, "--cache=required")) {
      idmapped.check();
      long before = lookups();
      idmapped.sh("for i in {1..20}; do stat -c %u \"$I/sub/file\" \"$M/sub/file\"; done");
      assertThat(lookups() - before).as("LOOKUPs of 40 walks").isLessThan(8);
    }
  }

  private long lookups() {
    Cli.Result stats = Cli.here("stats", cli.mountpoint, "--json");
    Matcher found = Pattern.compile("\"LOOKUP\" ?: ?(\\d+)").matcher(stats.out());
    assertThat(found.find()).isTrue();
    return Long.parseLong(found.group(1));
  }

  /** No answer from the maps lets a change through. */
  @Test
  void readOnlyAndBack() {
    cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint).silent();
    sh("stat \"$M/sub/file\" >/dev/null; stat \"$M/sub/file\" >/dev/null");
    Cli.here("remount", "-o", "ro", cli.mountpoint).silent();
    assertThat(bash("echo x >\"$M/sub/file\"; mkdir \"$M/d\"; rm \"$M/sub/file\"").err())
        .hasLineCount(3)
        .contains("Read-only file system");
    Cli.here("remount", "-o", "rw", cli.mountpoint).silent();
    sh("echo x >\"$M/sub/file\" && [ \"$(cat \"$S/sub/file\" \"$M/sub/file\")\" = $'x\\nx' ]");
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  private Cli.Result bash(String script) {
    return Cli.run(
        List.of("bash", "-c", script),
        Map.of("S", cli.source.toString(), "M", cli.mountpoint.toString()));
  }

  private void sh(String script) {
    bash(script).silent();
  }
}
