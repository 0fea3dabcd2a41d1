// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.run.Mounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A daemon in a pid namespace that its callers are not in, as in a container: the request's pid is
 * 0, and what their supplementary groups are only the kernel knows.
 */
@Timeout(120)
class UnseenCallersIT {
  @RegisterExtension final Cli cli = new Cli();

  private String as(String who, String script) {
    String command = "cd '%s' && exec setpriv %s sh -c '%s' 2>&1".formatted(cli.dir, who, script);
    return Cli.run(List.of("sh", "-c", command), Map.of()).out();
  }

  private void root(String script) {
    String command = "cd '%s' && %s".formatted(cli.dir, script);
    assertThat(Cli.run(List.of("sh", "-c", command), Map.of()).status()).as(script).isZero();
  }

  @Test
  void groupsCountByTheSourceAsItIs() throws IOException, InterruptedException {
    root("chmod 755 . && chgrp 2000 source/sub source/sub/file && chmod 2770 source/sub");
    root("chmod 640 source/sub/file");
    List<String> command = new ArrayList<>(List.of("unshare", "-p", "-f", "--kill-child"));
    command.addAll(Cli.java());
    command.addAll(List.of("mount", "-f", "--cache=off", "--entry-timeout=60"));
    command.addAll(List.of("--attr-timeout=60", cli.source + "", cli.mountpoint + ""));
    Path log = cli.dir.resolve("log");
    Process daemon =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Cli.await(() -> Mounts.at(cli.mountpoint).isPresent());
    String member = "--reuid=1000 --regid=1000 --groups=2000";
    String stranger = "--reuid=1001 --regid=1001 --clear-groups";
    String work =
        "cd mnt/sub && cat file && echo x >a && mv a b && mkdir c && ln b c/d && rm -r b c";
    assertThat(as(member, work)).isEqualTo("some text");
    assertThat(as(stranger, "cat mnt/sub/file")).contains("Permission denied");
    // The kernel believes for a minute what it has heard.
    root("chmod 600 source/sub/file");
    assertThat(as(member, "cat mnt/sub/file")).contains("Permission denied");
    root("chmod 640 source/sub/file");
    assertThat(as(member, "cat mnt/sub/file")).isEqualTo("some text");
    root("chgrp 3000 source/sub/file");
    assertThat(as(member, "cat mnt/sub/file")).contains("Permission denied");
    root("umount mnt");
    assertThat(Cli.waitFor(daemon)).isZero();
  }
}
