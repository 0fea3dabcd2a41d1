// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.fuse.FuseMount;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Nothing that users have closed is lost when a mount ends. */
class OrderlyEndTest {
  private static final int FILES = 50;

  /** Stores in release, for which close(2) does not wait, and takes its time. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private static final class Storing extends FullFs {
    final AtomicInteger released = new AtomicInteger();
    final AtomicInteger releasedDirectories = new AtomicInteger();

    @Override
    public int release(String path, FuseFileInfo fi) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      released.incrementAndGet();
      return 0;
    }

    @Override
    public int opendir(String path, FuseFileInfo fi) {
      return 0;
    }

    @Override
    public int releasedir(String path, FuseFileInfo fi) {
      releasedDirectories.incrementAndGet();
      return 0;
    }
  }

  private final Storing fs = new Storing();
  private final Path dir = Mounts.newMountPoint();

  private ExtFuseMount mount() {
    return ExtFuse.mount(fs, dir, new JnrFuseOptions().cache(CacheMode.OFF));
  }

  @AfterEach
  void remove() throws IOException {
    assertThat(Mounts.isMounted(dir)).isFalse();
    Files.delete(dir);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "umount", "umount -l", "umount -f"})
  void eachFileIsReleased(String how) throws Exception {
    ExtFuseMount mount = mount();
    for (int i = 0; i < FILES; i++) {
      Files.writeString(dir.resolve("f" + i), "x");
    }
    if (how.equals("close")) {
      mount.close();
    } else {
      assertThat(Mounts.sh(Path.of("/"), how + " " + dir)).isEmpty();
      mount.await();
    }
    // mknod(2) and create: each file was opened once.
    assertThat(fs.released.get()).isEqualTo(FILES);
  }

  @Test
  void whatUsersHoldIsReleasedToo() throws Exception {
    ExtFuseMount mount = mount();
    Process holder =
        new ProcessBuilder("sh", "-c", "exec 3>f 4<. 5>g; rm g; echo ready; exec sleep 100")
            .directory(dir.toFile())
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("ready");
      long start = System.nanoTime();
      mount.close();
      assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(8_000);
      assertThat(fs.released.get()).isEqualTo(2);
      assertThat(fs.releasedDirectories.get()).isEqualTo(1);
      try (ExtFuseMount again = mount()) {
        assertThat(Mounts.sh(again.mountPoint(), "ls -A")).as("no hidden file").isEqualTo("f");
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void aSecondMountIsNotPutOnTop() {
    try (ExtFuseMount first = mount()) {
      assertThat(FuseMount.isFuse(dir)).isTrue();
      assertThatThrownBy(this::mount)
          .isInstanceOf(JnrFuseException.class)
          .hasMessageContaining("is a mount of FUSE already");
      assertThat(Mounts.sh(first.mountPoint(), "echo x > f; cat f")).isEqualTo("x");
      JnrFuseOptions over = new JnrFuseOptions().cache(CacheMode.OFF);
      over.libfuse(List.of("-o", "nonempty"));
      ExtFuse.mount(new FullFs(), dir, over).close();
    }
  }
}
