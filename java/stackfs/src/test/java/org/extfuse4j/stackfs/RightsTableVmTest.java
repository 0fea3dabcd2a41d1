// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link RightsTableTest}, with the in-kernel cache: what is believed lasts. */
@Tag("vm")
@Timeout(600)
class RightsTableVmTest {
  @ParameterizedTest
  @CsvSource({"changes, 211, 11", "set-id, 499, 23"})
  void withTheCache(String table, int every, int everyIfLong) {
    try (CachedMount cached = new CachedMount()) {
      RightsTable.check(cached.mount, table, true, every, everyIfLong);
    }
  }
}
