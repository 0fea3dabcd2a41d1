// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In the VM, where all are in the root group to begin with. */
@Tag("vm")
class MemoryReclaimVmTest {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final Path GROUP = ROOT.resolve("reclaim-test");
  private static final int NAMES = 3000;

  @BeforeEach
  void makeGroup() throws IOException {
    write(ROOT.resolve("cgroup.subtree_control"), "+memory");
    Files.createDirectory(GROUP);
  }

  @AfterEach
  void leaveGroup() throws IOException {
    move(ROOT);
    Files.delete(GROUP);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }

  private static void move(Path group) throws IOException {
    write(group.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
  }

  private static long reclaimable() throws IOException {
    return Files.readAllLines(GROUP.resolve("memory.stat")).stream()
        .filter(line -> line.startsWith("slab_reclaimable "))
        .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
        .sum();
  }

  @Test
  void whatTheGroupHasOfNamesIsGivenUp() throws Exception {
    assertThat(MemoryReclaim.find()).isEmpty();
    move(GROUP);
    // On ext4, which has it that a name does not exist in its dentry.
    for (int i = 0; i < NAMES; i++) {
      assertThat(Files.exists(Path.of("/scratch/none-" + i))).isFalse();
    }
    long before = reclaimable();
    assertThat(before).isGreaterThan(NAMES * 190L);

    MemoryReclaim.find().orElseThrow().all(List.of());
    assertThat(reclaimable()).isLessThan(before / 3);
  }
}
