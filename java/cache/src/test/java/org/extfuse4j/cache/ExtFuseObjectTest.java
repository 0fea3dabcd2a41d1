// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.extfuse4j.bpf.BpfMapSpec;
import org.extfuse4j.bpf.BpfMapType;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.BpfProgramSpec;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Test;

/** The compiled bpf/extfuse.bpf.c, and what a kernel without ExtFUSE makes of it. */
class ExtFuseObjectTest {
  private static byte[] elf() throws IOException {
    try (var in = ExtFuseObject.class.getResourceAsStream("extfuse.bpf.o")) {
      return in.readAllBytes();
    }
  }

  @Test
  void hasBtf() throws IOException {
    String elf = new String(elf(), ISO_8859_1);
    // Names of sections, and names that a dump of the maps shows.
    for (String name : new String[] {".BTF", ".BTF.ext", "\0entry_value", "\0nodeid", "\0seal"}) {
      assertThat(elf.contains(name + "\0")).as(name).isTrue();
    }
  }

  @Test
  void hasTheMapsThatJavaWrites() throws IOException {
    Map<String, String> maps = new TreeMap<>();
    try (BpfObject object = BpfObject.open("extfuse", elf())) {
      for (BpfMapSpec map : object.mapSpecs()) {
        String type = BpfMapType.name(map.type());
        maps.put(map.name(), type + " " + map.keySize() + " " + map.valueSize());
      }
      assertThat(object.mapSpec("handlers").maxEntries()).isEqualTo(2 * MapLayout.OPS_COUNT);
      assertThat(object.mapSpec("stats").maxEntries()).isEqualTo(MapLayout.OPS_COUNT);
    }
    assertThat(maps)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "handlers", "prog_array 4 4",
                "entry_map", "hash " + MapLayout.EntryKey.SIZE + " " + MapLayout.EntryValue.SIZE,
                "entry_map_middle",
                    "hash " + MapLayout.EntryKey.MIDDLE_SIZE + " " + MapLayout.EntryValue.SIZE,
                "entry_map_long",
                    "hash " + MapLayout.EntryKey.LONG_SIZE + " " + MapLayout.EntryValue.SIZE,
                "attr_map", "hash 8 " + MapLayout.AttrValue.SIZE,
                "nlookup_map", "array 4 8",
                "changes", "array 4 " + MapLayout.ChangesValue.SIZE,
                "control", "array 4 " + MapLayout.ControlValue.SIZE,
                "stats", "percpu_array 4 " + MapLayout.StatsValue.SIZE));
  }

  @Test
  void hasAProgramForEverySlotAndNoOther() throws IOException {
    TreeSet<String> expected = new TreeSet<>(Handlers.byOpcode().values());
    expected.add(Handlers.MAIN);
    try (BpfObject object = BpfObject.open("extfuse", elf())) {
      assertThat(object.programSpecs())
          .extracting(BpfProgramSpec::name)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(object.programSpecs())
          .extracting(BpfProgramSpec::section)
          .allSatisfy(section -> assertThat(section).startsWith("extfuse/"));
    }
  }

  @Test
  void theMaskHasEveryOpcodeThatReadsOrChangesWhatIsCached() {
    long mask = 0;
    for (int opcode :
        new int[] {
          FuseOpcode.LOOKUP, FuseOpcode.GETATTR, FuseOpcode.SETATTR, FuseOpcode.WRITE,
          FuseOpcode.CREATE, FuseOpcode.MKDIR, FuseOpcode.MKNOD, FuseOpcode.SYMLINK,
          FuseOpcode.LINK, FuseOpcode.UNLINK, FuseOpcode.RMDIR, FuseOpcode.RENAME,
          FuseOpcode.RENAME2, FuseOpcode.SETXATTR, FuseOpcode.GETXATTR, FuseOpcode.REMOVEXATTR,
          FuseOpcode.FALLOCATE, FuseOpcode.IOCTL, FuseOpcode.COPY_FILE_RANGE, FuseOpcode.OPENDIR
        }) {
      mask |= 1L << opcode;
    }
    assertThat(Handlers.mask()).isEqualTo(mask);
  }

  @Test
  void aKernelWithoutExtFuseIsOneLineAndLeaksNothing() throws IOException {
    CacheOptions options = new CacheOptions(1024, Validity.NONE, true);
    assertThatThrownBy(() -> ExtFuseCache.load(options).close())
        .isInstanceOf(CacheUnavailableException.class)
        .hasMessage("kernel has no ExtFUSE support (CONFIG_EXTFUSE)");
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(fds.map(ExtFuseObjectTest::target)).noneMatch(t -> t.startsWith("anon_inode:bpf"));
    }
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void sizesThatNoMapCanHaveAreRefused() {
    for (int entries : new int[] {-1, 0, (1 << 26) + 1}) {
      assertThatThrownBy(() -> new CacheOptions(entries, Validity.NONE, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(entries));
    }
    assertThatThrownBy(() -> new Validity(0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
