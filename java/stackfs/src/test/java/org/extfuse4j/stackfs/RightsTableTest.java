// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody gets more through the mount than the source would give him, whatever has changed in the
 * source meanwhile; without the in-kernel cache.
 */
@Timeout(600)
class RightsTableTest {
  private static void check(String type, String table, int seconds, int... every) {
    long ns = TimeUnit.SECONDS.toNanos(seconds);
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(ns, ns, ns);
    try (MemoryImage image = new MemoryImage(type)) {
      options.base = image.root;
      try (StackMount mount = new StackMount(options)) {
        RightsTable.check(mount, table, seconds > 0, every);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"ext4, 0", "ext4, 1", "ext4, 60"})
  void changesBehindTheMount(String type, int seconds) {
    check(type, "changes", seconds, 53, 5);
  }

  @ParameterizedTest
  @CsvSource({"xfs, 0", "btrfs, 60", "tmpfs, 60"})
  void onOtherFileSystems(String type, int seconds) {
    check(type, "changes", seconds, 997, 29);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void setIdBits(String type) {
    check(type, "set-id", 60, 211, 23);
  }
}
