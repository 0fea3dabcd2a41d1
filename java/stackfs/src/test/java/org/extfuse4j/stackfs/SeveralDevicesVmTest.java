// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The in-kernel cache answers with the numbers that the daemon tells, and so does its check. */
@Tag("vm")
class SeveralDevicesVmTest {
  @Test
  void subvolumesAndSnapshots() {
    try (Image image = Image.btrfs();
        Image other = Image.tmpfs()) {
      Sh.script(image.root, SeveralDevicesTest.SUBVOLUMES).succeeds();
      StackMount.Options options = new StackMount.Options();
      options.tree = image.root;
      try (CachedMount cached = new CachedMount(1 << 14, options)) {
        SeveralDevicesTest.check(cached.mount, other);
        cached.cache.pin(cached.pins());
        List<Object> differences = new ArrayList<>();
        try (PinnedCache maps = PinnedCache.open(cached.pins())) {
          assertThat(CacheCheck.run(maps, image.root, differences::add).entries()).isPositive();
        }
        assertThat(differences).isEmpty();
      }
    }
  }
}
