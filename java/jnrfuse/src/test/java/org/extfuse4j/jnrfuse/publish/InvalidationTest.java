// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.jnrfuse.ExtFuse;
import org.extfuse4j.jnrfuse.ExtFuseMount;
import org.extfuse4j.jnrfuse.FullFs;
import org.extfuse4j.jnrfuse.FuseCache;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.Mounts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without the in-kernel maps: the kernel's own caches are told what changed by itself. */
class InvalidationTest {
  private static final long HOUR = 3600 * 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(strings = {"entry", "attributes", "tree", "all"})
  void theKernelAsksAgain(String what) throws InterruptedException {
    FullFs fs = new FullFs();
    Path dir = Mounts.newMountPoint();
    JnrFuseOptions options =
        new JnrFuseOptions().cache(CacheMode.OFF).validity(new Validity(HOUR, HOUR, HOUR));
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options)) {
      Path mnt = mount.mountPoint();
      assertThat(Mounts.sh(mnt, "mkdir d && echo one > d/f && stat -c %s d/f; stat d/g"))
          .contains("4", "No such file");
      fs.truncate("/d/f", 77);
      assertThat(Mounts.sh(mnt, "stat -c %s d/f")).as("nobody has said a word").isEqualTo("4");

      FuseCache cache = FuseCache.of(fs);
      Consumer<FuseCache> word =
          switch (what) {
            case "entry" -> c -> c.invalidateEntry("/d", "f");
            case "attributes" -> c -> c.invalidateAttributes("/d/f");
            case "tree" -> c -> c.invalidateTree("/d");
            default -> FuseCache::invalidateAll;
          };
      word.accept(cache);
      assertThat(eventually(mnt, "stat -c %s d/f", "77")).isEqualTo("77");

      fs.mknod("/d/g", 0100644, 0);
      cache.invalidateEntry("/d", "g");
      assertThat(eventually(mnt, "stat -c %s d/g 2>&1", "0")).isEqualTo("0");
    }
    FuseCache.of(fs).invalidateAll();
  }

  // The kernel is told shortly after.
  private static String eventually(Path dir, String script, String wanted)
      throws InterruptedException {
    String seen = Mounts.sh(dir, script);
    for (int i = 0; i < 100 && !seen.equals(wanted); i++) {
      Thread.sleep(20);
      seen = Mounts.sh(dir, script);
    }
    return seen;
  }
}
