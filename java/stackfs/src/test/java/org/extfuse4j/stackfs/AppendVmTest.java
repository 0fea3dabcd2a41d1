// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appending, with the in-kernel cache. */
@Tag("vm")
class AppendVmTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "again"})
  void twoAppenders(String again) throws InterruptedException {
    try (CachedMount cached = new CachedMount()) {
      AppendTest.twoAppenders(cached.mount, again, cached.cache::flush);
    }
  }
}
