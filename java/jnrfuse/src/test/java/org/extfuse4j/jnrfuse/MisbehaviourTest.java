// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import jnr.ffi.Pointer;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Callbacks that throw, lie, block or use the mount: the caller gets an errno, the mount lives. */
class MisbehaviourTest {
  private static final long SECOND = 1_000_000_000L;

  /** Does something foolish for names that ask for it. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // they may block
  private static final class Fool extends FullFs {
    volatile Function<String, Integer> getattr = path -> null;
    volatile Function<String, Integer> read = path -> null;
    volatile Function<String, Integer> unlink = path -> null;
    volatile boolean oddNames;

    @Override
    public int getattr(String path, FileStat stat) {
      Integer rc = getattr.apply(path);
      return rc != null ? rc : super.getattr(path, stat);
    }

    @Override
    public int read(String path, Pointer buf, long size, long at, FuseFileInfo fi) {
      Integer rc = read.apply(path);
      return rc != null ? rc : super.read(path, buf, size, at, fi);
    }

    @Override
    public int unlink(String path) {
      Integer rc = unlink.apply(path);
      return rc != null ? rc : super.unlink(path);
    }

    @Override
    public int readdir(String path, Pointer buf, FuseFillDir to, long offset, FuseFileInfo fi) {
      if (oddNames) {
        to.apply(buf, "", null, 0);
        to.apply(buf, "a/b", null, 0);
        to.apply(buf, "n".repeat(2000), null, 0);
        to.apply(buf, "good", null, 0);
        return 0;
      }
      return super.readdir(path, buf, to, offset, fi);
    }
  }

  private final Fool fs = new Fool();
  private final LogLines log = new LogLines();
  private final Path dir = Mounts.newMountPoint();
  private final CountDownLatch end = new CountDownLatch(1);
  private ExtFuseMount mount;

  /** What else the mount is given. */
  JnrFuseOptions options() {
    return new JnrFuseOptions();
  }

  @BeforeEach
  void mount() {
    mount =
        ExtFuse.mount(
            fs,
            dir,
            options()
                .cache(CacheMode.OFF)
                .validity(new Validity(SECOND, 0, 0))
                .deadlineNs(2 * SECOND));
    assertThat(Mounts.sh(dir, "echo content > f")).isEmpty();
    log.take();
  }

  @AfterEach
  void unmount() throws IOException {
    end.countDown();
    try {
      assertThat(Mounts.sh(dir, "cat f")).as("the mount lives").isEqualTo("content");
    } finally {
      mount.close();
      log.close();
      Files.delete(dir);
    }
  }

  @Test
  void anExceptionIsEio() {
    fs.read =
        path -> {
          throw new IllegalStateException("on purpose");
        };
    assertThat(Mounts.sh(dir, "cat f")).contains("Input/output error");
    assertThat(log.take()).anyMatch(line -> line.contains("READ of node") && line.contains("EIO"));
    fs.read = path -> null;
  }

  @Test
  void whatAlwaysFailsIsLoggedOnce() {
    fs.getattr =
        path -> {
          if (path.startsWith("/odd")) {
            throw new IllegalStateException("on purpose");
          }
          return path.startsWith("/lie") ? 2 : null;
        };
    String script = "for i in $(seq 300); do [ -e odd$i ]; [ -e lie$i ]; done";
    assertThat(Mounts.sh(dir, script)).isEmpty();
    assertThat(log.take()).hasSize(2);
  }

  @Test
  void anErrorIsEio() {
    fs.getattr =
        path -> {
          if (path.equals("/odd")) {
            throw new StackOverflowError("on purpose");
          }
          return null;
        };
    assertThat(Mounts.sh(dir, "stat odd")).contains("Input/output error");
    assertThat(log.take()).anyMatch(line -> line.contains("LOOKUP of node"));
  }

  @Test
  void aPositiveErrnoIsEio() {
    fs.getattr = path -> path.equals("/odd") ? 2 : null;
    assertThat(Mounts.sh(dir, "stat odd")).contains("Input/output error");
    assertThat(log.take()).anyMatch(line -> line.contains("callback getattr returned 2"));
  }

  @Test
  void anErrnoThatIsNoneIsEio() {
    fs.getattr = path -> path.equals("/odd") ? -100_000 : null;
    assertThat(Mounts.sh(dir, "stat odd")).contains("Input/output error");
    assertThat(log.take()).anyMatch(line -> line.contains("returned -100000"));
  }

  @Test
  void moreThanWasAskedForIsEio() {
    fs.read = path -> Integer.MAX_VALUE;
    assertThat(Mounts.sh(dir, "cat f")).contains("Input/output error");
    assertThat(log.take()).anyMatch(line -> line.contains("callback read returned 2147483647"));
    fs.read = path -> null;
  }

  @Test
  void namesThatCannotBeAreLeftOut() {
    fs.oddNames = true;
    assertThat(Mounts.sh(dir, "ls -a")).isEqualTo("good");
    assertThat(log.take()).filteredOn(line -> line.contains("which no name can be")).hasSize(1);
  }

  @Test
  void whoBlocksGetsADeadline() {
    fs.getattr = path -> path.equals("/slow") ? block() : null;
    assertThat(Mounts.sh(dir, "stat slow")).contains("Connection timed out");
    assertThat(log.take()).anyMatch(line -> line.contains("answered ETIMEDOUT"));
  }

  @Test
  void whoBlocksDoesNotBlockOthers() {
    fs.getattr = path -> path.startsWith("/slow") ? block() : null;
    String script =
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do stat slow$i >/dev/null 2>&1 & done; sleep 0.3;"
            + " cat f; wait";
    assertThat(Mounts.sh(dir, script)).isEqualTo("content");
  }

  @Test
  void aLateReplyTakesItsLookupBack() {
    CountDownLatch go = new CountDownLatch(1);
    fs.getattr =
        path -> {
          if (path.equals("/f")) {
            await(go);
          }
          return null;
        };
    assertThat(Mounts.sh(dir, "stat f")).contains("Connection timed out");
    go.countDown();
    assertThat(Mounts.sh(dir, "cat f")).isEqualTo("content");
  }

  @Test
  @Timeout(120)
  void aCallbackMayUseTheMount() {
    fs.read =
        path -> {
          String seen = Mounts.sh(dir, "stat -c %s f; ls");
          assertThat(seen).isEqualTo("8\nf");
          return null;
        };
    assertThat(Mounts.sh(dir, "cat f")).isEqualTo("content");
    fs.read = path -> null;
  }

  @Test
  void aCallbackThatWaitsForItselfIsTold() {
    StringBuilder told = new StringBuilder();
    fs.unlink =
        path -> {
          // The name is claimed while this runs; the kernel has a reference to its node.
          try {
            Files.getLastModifiedTime(dir.resolve("g"));
            told.append("found");
          } catch (IOException e) {
            told.append(e.getMessage());
          }
          return null;
        };
    assertThat(Mounts.sh(dir, "echo x > g; rm g")).isEmpty();
    assertThat(told.toString()).contains("deadlock");
    assertThat(log.take()).anyMatch(line -> line.contains("would wait for itself"));
  }

  private Integer block() {
    await(end);
    return -5;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
