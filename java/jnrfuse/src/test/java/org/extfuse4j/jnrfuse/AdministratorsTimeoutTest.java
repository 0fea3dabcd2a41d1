// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.cache.CacheMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * fs.fuse.default_request_timeout, which the kernel reads when a connection begins. What others
 * mount in that moment has it too, but no request of their tests takes 15 seconds.
 */
class AdministratorsTimeoutTest {
  private static final Path SYSCTL = Path.of("/proc/sys/fs/fuse/default_request_timeout");

  // It acts after 15 to 30 seconds, whatever less it says.
  private static final int SLOW_S = 34;

  /** Takes its time for one name. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // others go on
  private static final class Slow extends FullFs {
    @Override
    public int getattr(String path, FileStat stat) {
      if (path.equals("/slow")) {
        try {
          Thread.sleep(SLOW_S * 1000L);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return super.getattr(path, stat);
    }
  }

  @Test
  @Timeout(120)
  void aSlowCallbackDoesNotEndTheMount() throws Exception {
    assumeTrue(Files.isWritable(SYSCTL), "this kernel has no default_request_timeout");
    FullFs fs = new Slow();
    Path dir = Mounts.newMountPoint();
    String before = Files.readString(SYSCTL).strip();
    ExtFuseMount mount;
    try {
      Files.writeString(SYSCTL, "5");
      mount = ExtFuse.mount(fs, dir, new JnrFuseOptions().cache(CacheMode.OFF));
    } finally {
      Files.writeString(SYSCTL, before);
    }
    try {
      assertThat(Mounts.sh(dir, "echo x > f; stat slow 2>&1; cat f"))
          .contains("No such file")
          .endsWith("x");
    } finally {
      mount.close();
      Files.delete(dir);
    }
  }
}
