// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotNodesTest {
  @TempDir Path tracefs;

  @Test
  void readsTheKernelsHistogram() {
    String file =
        """
        # event histogram
        #
        # trigger info: hist:keys=nodeid:vals=hitcount:sort=hitcount:size=4096 if connection == 40 [active]
        #

        { nodeid:          1 } hitcount:          7
        { nodeid: 18446744073709551615 } hitcount:          8
        { nodeid:         12 } hitcount:      90000

        Totals:
            Hits: 90015
            Entries: 3
            Dropped: 0
        """;
    assertThat(HotNodes.parse(file))
        .containsExactly(
            new HotNodes.Count(12, 90_000), new HotNodes.Count(-1, 8), new HotNodes.Count(1, 7));
    assertThat(HotNodes.parse("")).isEqualTo(List.of());
  }

  private String missing(boolean cached) {
    try (HotNodes nodes = HotNodes.of(tracefs, 40, cached)) {
      assertThat(nodes.readAndClear()).isNull();
      return nodes.missing();
    }
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThat(missing(false)).isEqualTo("without the in-kernel cache they are not counted");
    assertThat(missing(true)).isEqualTo("no tracefs: mount -t tracefs tracefs " + tracefs);
    Files.createDirectories(tracefs.resolve("events/fuse"));
    assertThat(missing(true)).isEqualTo("this kernel has no trace event extfuse_request");
    Files.createDirectories(tracefs.resolve("events/extfuse/extfuse_request"));
    assertThat(missing(true))
        .isEqualTo("this kernel has no histogram triggers (CONFIG_HIST_TRIGGERS)");
  }

  @Test
  void leavesNoInstanceWhenTheKernelRefuses() throws IOException {
    Path event = Files.createDirectories(tracefs.resolve("events/extfuse/extfuse_request"));
    Files.createFile(event.resolve("hist"));
    Path instances = Files.createDirectory(tracefs.resolve("instances"));
    Files.createDirectory(instances.resolve("extfuse-top-999999999-1"));
    Files.createDirectory(instances.resolve("extfuse-trace-999999999-1"));
    Path other = Files.createDirectory(instances.resolve("top-999999999-1"));
    assertThat(missing(true)).startsWith("the kernel's tracing refused: ");
    assertThat(instances.toFile().listFiles()).containsExactly(other.toFile());
  }
}
