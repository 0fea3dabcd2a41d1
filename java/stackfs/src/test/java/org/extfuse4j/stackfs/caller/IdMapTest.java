// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IdMapTest {
  private static boolean maps(String text, int id) {
    // What the buffer has beyond the text is of an earlier file.
    ByteBuffer buffer = ByteBuffer.wrap((text + "0 0 4294967295\n").getBytes(US_ASCII));
    return IdMap.maps(buffer, text.length(), id);
  }

  @Test
  void idsInside() {
    String map = "         0       1000          1\n         1     100000      65536\n";
    assertThat(maps(map, 1000)).isTrue();
    assertThat(maps(map, 100000)).isTrue();
    assertThat(maps(map, 165535)).isTrue();
    assertThat(maps("0 0 4294967295\n", -2)).isTrue();
  }

  @Test
  void idsOutside() {
    String map = "         0       1000          1\n         1     100000      65536\n";
    for (int id : new int[] {0, 1, 999, 1001, 99999, 165536, -1}) {
      assertThat(maps(map, id)).as("%d", id).isFalse();
    }
    assertThat(maps("", 0)).isFalse();
    assertThat(maps("0 0", 0)).isFalse();
    assertThat(maps("0 0 4294967295\n", -1)).isFalse();
  }
}
