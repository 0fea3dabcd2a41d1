// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code extfuse top} of a mount without the in-kernel cache, on this machine's kernel. */
class TopIT {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void atATerminal() throws Exception {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    try (TopSession session = new TopSession(cli)) {
      assertThat(session.small()).anyMatch(line -> line.startsWith("READ "));
      assertThat(session.small().get(1)).startsWith("hit ratio - (no in-kernel cache)");
    }
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void onceAsJson() throws IOException {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    Cli.Result result = cli.extfuse("top", "--once", "--json", "--interval", "0.2", cli.mountpoint);
    assertThat(result.err()).isEmpty();
    JsonNode top = new ObjectMapper().readTree(result.out());
    assertThat(top.get("seconds").asDouble()).isBetween(0.2, 20.0);
    assertThat(top.get("cache").asBoolean()).isFalse();
    assertThat(top.get("silence").isNull()).isTrue();
    assertThat(top.get("nodes").get("nodes").asLong()).isPositive();
    assertThat(top.get("directories").isNull()).isTrue();
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void badInput() {
    cli.main("top", "--interval", "0", "x")
        .says(2, "--interval is too short: give 0.1 seconds or more; see extfuse top --help");
    cli.main("top", "--json", "x")
        .says(2, "--json is for --once only: give both; see extfuse top --help");
    cli.main("top", cli.mountpoint)
        .says(1, cli.mountpoint + " is not a mount point: extfuse map ls shows those of extfuse");
  }

  @Test
  void withoutATerminal() {
    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    cli.main("top", cli.mountpoint)
        .says(1, "standard output is no terminal: give --once, or --once --json for scripts");
    cli.extfuse("umount", cli.mountpoint).silent();
  }
}
