// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As {@link FaultsTest}, where the kernel answers too. */
@Tag("vm")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class FaultsVmTest {
  @Test
  void withTheCache() {
    FaultsTest.run(Path.of("/scratch"), FaultRun.Kind.CACHED, 12, 10);
  }
}
