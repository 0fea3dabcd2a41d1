// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.MapRecord;
import org.junit.jupiter.api.Test;

/** Maps whose pins are gone are still there for whoever knows their ids. */
class PinnedCacheIdsTest {
  private static final Path PINS =
      Path.of("/sys/fs/bpf/pinned-cache-ids-" + ProcessHandle.current().pid());

  @Test
  void withoutThePins() throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    try (MadeMaps maps = new MadeMaps(PINS, 64)) {
      maps.entry(1, "a", 2);
      try (Stream<Path> pins = Files.list(maps.directory())) {
        for (Path pin : pins.toList()) {
          try (BpfMap map = BpfMap.openPinned(pin)) {
            ids.put(pin.getFileName().toString(), map.id());
          }
          Files.delete(pin);
        }
      }
      assertThatThrownBy(() -> PinnedCache.open(maps.directory()))
          .isInstanceOfSatisfying(
              BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
      try (PinnedCache cache = PinnedCache.open(ids)) {
        assertThat(cache.entry(1, "a")).get().extracting(EntryRecord::nodeid).isEqualTo(2L);
        assertThat(cache.maps()).extracting(MapRecord::name).contains("entry_map", "control");
      }
      try (BpfMap map = BpfMap.fromIdReadOnly(ids.get("entry_map"))) {
        assertThatThrownBy(() -> map.put(new byte[map.keySize()], new byte[map.valueSize()]))
            .isInstanceOfSatisfying(
                BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
      }
      ids.put("entry_map", ids.get("attr_map"));
      assertThatThrownBy(() -> PinnedCache.open(ids))
          .isInstanceOfSatisfying(
              BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }
    assertThatThrownBy(() -> PinnedCache.open(ids))
        .isInstanceOfSatisfying(
            BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }
}
