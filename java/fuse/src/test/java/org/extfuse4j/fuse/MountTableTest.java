// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.fuse.MountTable.Mount;
import org.extfuse4j.fuse.sys.Libc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The parser on text, and on what the kernel at hand writes; needs root. */
@Timeout(60)
class MountTableTest {
  @TempDir Path temporary;

  @Test
  void readsEveryField() {
    List<Mount> mounts =
        MountTable.parse(
            """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:57 /part /mnt/a rw - fuse.extfuse  rw,user_id=0
            """);

    assertThat(mounts)
        .containsExactly(
            new Mount(22, 1, "254:0", "/", "/", "rw,relatime", "ext4", "/dev/vda"),
            new Mount(40, 22, "0:57", "/part", "/mnt/a", "rw", "fuse.extfuse", ""));
    assertThat(mounts.get(0).has("relatime")).isTrue();
    assertThat(mounts.get(0).has("ro")).isFalse();
    assertThat(mounts.get(1).minor()).isEqualTo(57);
  }

  @Test
  void leavesOutWhatItDoesNotUnderstand() {
    assertThat(MountTable.parse("\nrubbish\n1 2 3 - 4\n - \n")).isEmpty();
  }

  @Test
  void namesAreBytes() {
    String point = new String("/mnt/\u00e4 b#".getBytes(UTF_8), ISO_8859_1);
    Mount mount =
        MountTable.parse("1 0 0:9 / " + point.replace(" ", "\\040") + " rw - fuse.x /a\\134b rw\n")
            .get(0);

    assertThat(mount.point()).isEqualTo("/mnt/\u00e4 b#");
    assertThat(mount.isOn(Path.of("/mnt/\u00e4 b#"))).isTrue();
    assertThat(mount.source()).isEqualTo("/a\\b");
    Mount invalid = MountTable.parse("1 0 0:9 / /mnt/\u00ff rw - fuse.x /a rw\n").get(0);
    assertThat(invalid.isOn(Path.of(invalid.point()))).as("of another name").isFalse();
  }

  @Test
  void theTopmostIsWhatNoOtherIsOn() {
    List<Mount> mounts =
        MountTable.parse(
            """
            1 0 0:1 / / rw - ext4 /dev/vda rw
            5 1 0:5 / /m rw - tmpfs above rw
            3 1 0:3 / /m rw - tmpfs hidden rw
            4 5 0:4 / /m rw - tmpfs top rw
            6 3 0:5 / /m/n rw - tmpfs other rw
            """);

    assertThat(MountTable.at(mounts, Path.of("/m")).orElseThrow().source()).isEqualTo("top");
    assertThat(MountTable.at(mounts, Path.of("/m/n")).orElseThrow().source()).isEqualTo("other");
    assertThat(MountTable.at(mounts, Path.of("/n"))).isEmpty();
  }

  @Test
  void theTopmostMayBeListedFirst() {
    List<Mount> mounts =
        MountTable.parse(
            "4 5 0:4 / /m rw - tmpfs top rw\n5 1 0:5 / /m rw - tmpfs moved-beneath rw\n");

    assertThat(MountTable.at(mounts, Path.of("/m")).orElseThrow().source()).isEqualTo("top");
  }

  /** Whatever the kernel escapes, and whatever it does not. */
  @Test
  void findsEveryName() throws Exception {
    List<String> names = new ArrayList<>();
    for (char c = 1; c < 0x80; c++) {
      if (c != '/' && c != '.') {
        names.add(Character.toString(c));
      }
    }
    names.addAll(
        List.of("a b\tc\nd\\e#f\rg", " - ", "\\040", "end ", "end\n", "(deleted)", "ä€😀"));
    Path dir = temporary.toRealPath();
    for (String name : names) {
      Path point = Files.createDirectory(dir.resolve(name));
      assertThat(MountTable.device(point)).as("before: %s", name).isEmpty();
      assertThat(Libc.mount(name, point.toString(), "tmpfs", 0, "size=4k")).isZero();
      try {
        Mount mount = MountTable.at(MountTable.read(MountTable.OWN), point).orElseThrow();
        assertThat(mount.source()).isEqualTo(name);
        assertThat(mount.type()).isEqualTo("tmpfs");
        assertThat(mount.point()).isEqualTo(point.toString());
        assertThat(MountTable.device(point)).isEqualTo(mount.device());
      } finally {
        Libc.umount2(point.toString(), 0);
      }
    }
  }
}
