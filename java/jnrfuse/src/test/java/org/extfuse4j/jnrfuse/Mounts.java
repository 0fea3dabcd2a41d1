// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import ru.serce.jnrfuse.FuseFS;

/** Mount points, and processes that work in them: a test must not hang in its own mount. */
public final class Mounts {
  private Mounts() {}

  public static Path newMountPoint() {
    try {
      return Files.createTempDirectory("jnrfuse");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file system whose answers the kernel keeps for a time. */
  static ExtFuseMount cached(FuseFS fs, Path dir, Validity validity) {
    return ExtFuse.mount(
        fs,
        dir,
        new JnrFuseOptions().cache(CacheMode.REQUIRED).maxEntries(1 << 12).validity(validity));
  }

  static boolean isMounted(Path path) throws IOException {
    return Files.readString(Path.of("/proc/mounts")).contains(" " + path + " ");
  }

  /** What a program prints, with its errors; "TIMEOUT" and what came until then after 50 s. */
  static String run(String... command) {
    try {
      Path out = Files.createTempFile("jnrfuse", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean over = process.waitFor(50, TimeUnit.SECONDS);
      if (!over) {
        process.destroyForcibly();
      }
      String text = Files.readString(out, StandardCharsets.ISO_8859_1);
      Files.delete(out);
      return over ? text : text + "TIMEOUT\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What sh(1) prints for a script that is run in a directory. */
  public static String sh(Path directory, String script) {
    return run("sh", "-c", "cd '" + directory + "' && " + script).strip();
  }
}
