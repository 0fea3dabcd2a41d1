// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The same with the in-kernel cache, and on what this kernel mounts by itself. */
@Tag("vm")
class CaseVmTest {
  @TestFactory
  Stream<DynamicTest> sources() {
    return Stream.of(
        table("exfat-fuse", Image::exfatFuse, "true"),
        table("ntfs-3g", Image::ntfs3g, "true"),
        table("vfat", () -> Image.of("mkfs.vfat -F 32"), "true"),
        table("exfat", () -> Image.of("mkfs.exfat"), "true"),
        table("ext4", Image::casefold, "chattr +F all/native all/mount"));
  }

  private static DynamicTest table(String name, Supplier<Image> make, String prepare) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (Image image = make.get()) {
            StackMount.Options options = new StackMount.Options();
            options.tree = image.root;
            // Before it is mounted, as whatever changes in the source alone.
            Sh.script(image.root, "mkdir -p all/native all/mount && " + prepare).succeeds();
            assertThat(Sh.script(image.root, "touch all/mount/probe; ls all/mount/PROBE").status())
                .isZero();
            Sh.script(image.root, "rm all/mount/probe").succeeds();
            try (CachedMount cached = new CachedMount(1 << 14, options)) {
              CaseTest.compareSteps(cached.mount, "all");
              cached.cache.pin(cached.pins());
              List<Object> differences = new ArrayList<>();
              try (PinnedCache maps = PinnedCache.open(cached.pins())) {
                CacheCheck.run(maps, image.root, differences::add);
              }
              assertThat(differences).isEmpty();
            }
          }
        });
  }

  /** A directory begins to ignore case: what was believed of its names is dropped. */
  @Test
  void aDirectoryThatBeginsTo() {
    try (Image image = Image.casefold()) {
      StackMount.Options options = new StackMount.Options();
      options.tree = image.root;
      try (CachedMount cached = new CachedMount(1 << 14, options)) {
        cached.mnt.ok("mkdir", "d", 0755);
        cached.mnt.fails("ENOENT", "stat", "d/BAR");
        cached.mnt.fails("ENOENT", "stat", "d/BAR");
        Sh.script(cached.mount.mnt, "chattr +F d && touch d/bar").succeeds();
        cached.mnt.ok("stat", "d/BAR");
        // Above it nothing is lost.
        cached.mnt.fails("ENOENT", "stat", "D");
        assertThat(cached.during(() -> cached.mnt.fails("ENOENT", "stat", "D")))
            .doesNotContain("up");
      }
    }
  }
}
