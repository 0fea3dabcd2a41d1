// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatioChartTest {
  private static Results.Row row(String mount, double median) {
    return new Results.Row(
        "find",
        mount,
        "warm",
        List.of(median),
        median,
        median / 2,
        median * 2,
        null,
        null,
        Map.of(),
        Map.of());
  }

  private static Results.OfTask find(int runs) {
    Map<String, String> mounts = new LinkedHashMap<>();
    mounts.put("native", "itself");
    mounts.put("fuse", "extfuse mount");
    mounts.put("bindfs-1h", "bindfs");
    Results.Setting setting =
        new Results.Setting("6.18.5-of-mine", "none", 2, 1217, 1300, runs, 5000, mounts);
    return new Results.OfTask(
        "find",
        "find .",
        setting,
        List.of(row("native", 0.5), row("fuse", 6), row("bindfs-1h", 1)));
  }

  @Test
  void whatWasWrittenIsDrawn(@TempDir Path folder) {
    JsonFile.write(folder.resolve("find.json"), find(5));

    Results.OfTask read = JsonFile.read(folder.resolve("find.json"), Results.OfTask.class);
    String svg = new RatioChart(List.of(read), "warm").toString();

    assertThat(read).isEqualTo(find(5));
    assertThat(svg)
        .contains(">plain FUSE<", ">bindfs, timeouts 1 h<", ">12<", ">2.0<")
        .contains("Linux 6.18, 2 processors, not emulated; 1,217 files, 5,000 calls")
        .doesNotContain("native");
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertThatThrownBy(() -> new RatioChart(List.of(find(5), find(3)), "warm"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("not of one run");
    assertThatThrownBy(() -> new RatioChart(List.of(find(5)), "cold"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("'cold'");
  }
}
