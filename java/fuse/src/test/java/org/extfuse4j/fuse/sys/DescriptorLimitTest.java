// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DescriptorLimitTest {
  private static long ofProc(int column) throws Exception {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(l -> l.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(
        line.substring("Max open files".length()).strip().split(" +", -1)[column]);
  }

  @Test
  void theLimitIsTheKernels() throws Exception {
    assertEquals(ofProc(0), DescriptorLimit.limit());
  }

  @Test
  void raisedItIsWhatTheSystemHas() throws Exception {
    long most = Long.parseLong(Files.readString(Path.of("/proc/sys/fs/nr_open")).strip());
    long before = DescriptorLimit.limit();
    long after = DescriptorLimit.raise();
    assertEquals(ofProc(0), after);
    assertTrue(after >= before);
    if (System.getProperty("user.name").equals("root")) {
      assertTrue(after >= most, after + " of " + most);
    }
  }
}
