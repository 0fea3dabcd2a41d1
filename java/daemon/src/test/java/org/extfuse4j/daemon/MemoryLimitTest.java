// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
  @TempDir Path root;

  @BeforeEach
  void folders() throws IOException {
    Files.createDirectories(root.resolve("system.slice/extfuse.service"));
  }

  private void limit(String group, String file, String text) throws IOException {
    Files.writeString(root.resolve(group).resolve(file), text + "\n");
  }

  private List<String> mounted(String type, String part, String options) {
    return List.of(
        "21 20 0:20 / /proc rw,relatime - proc proc rw",
        "30 20 0:26 " + part + " " + root + " rw,nosuid shared:9 - " + type + " cgroup " + options);
  }

  private Optional<Long> unified(String cgroup, String part) {
    return MemoryLimit.of(List.of("0::" + cgroup), mounted("cgroup2", part, "rw"))
        .map(MemoryLimit::bytes);
  }

  @Test
  void thatOfTheGroupItself() throws IOException {
    limit("system.slice/extfuse.service", "memory.max", "268435456");
    limit("system.slice", "memory.max", "max");
    assertThat(unified("/system.slice/extfuse.service", "/")).contains(256L << 20);
  }

  @Test
  void aParentsIsOneToo() throws IOException {
    limit("system.slice/extfuse.service", "memory.max", "max");
    limit("system.slice", "memory.max", "100663296");
    assertThat(unified("/system.slice/extfuse.service", "/")).contains(96L << 20);
  }

  @Test
  void noLimitIsNone() throws IOException {
    limit("system.slice/extfuse.service", "memory.max", "max");
    assertThat(unified("/system.slice/extfuse.service", "/")).isEmpty();
    assertThat(unified("/elsewhere", "/")).isEmpty();
  }

  @Test
  void aContainersOwnPartOfTheTree() throws IOException {
    limit("system.slice", "memory.max", "100663296");
    assertThat(unified("/docker/1234/system.slice", "/docker/1234")).contains(96L << 20);
  }

  @Test
  void theFirstVersion() throws IOException {
    limit("", "memory.limit_in_bytes", "9223372036854771712");
    limit("system.slice", "memory.limit_in_bytes", "536870912");
    Optional<MemoryLimit> limit =
        MemoryLimit.of(
            List.of("5:cpu,cpuacct:/", "4:memory:/system.slice", "0::/"),
            mounted("cgroup", "/", "rw,memory"));
    assertThat(limit.map(MemoryLimit::bytes)).contains(512L << 20);
    assertThat(limit.orElseThrow().toString()).startsWith("512M (").contains("limit_in_bytes");
  }

  @Test
  void whatIsLeftForTheMaps() {
    MemoryLimit limit = new MemoryLimit(512L << 20, root);
    assertThat(limit.forMaps(128L << 20)).isEqualTo(((512L - 128) << 20) - MemoryLimit.JVM);
    assertThat(new MemoryLimit(64L << 20, root).forMaps(16L << 20)).isNegative();
  }
}
