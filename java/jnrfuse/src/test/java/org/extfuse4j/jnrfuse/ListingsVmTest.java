// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import jnr.ffi.Pointer;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Names of a directory that the kernel keeps, of a file system that changes by itself. */
@Tag("vm")
@Timeout(300)
class ListingsVmTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Validity LONG = new Validity(3600 * SECOND, 3600 * SECOND, 3600 * SECOND);

  private final Path dir = Mounts.newMountPoint();
  private final FullFs fs = new AllAtOnce();
  private ExtFuseMount mount;

  /** Its readdir gives no offsets, as most do. */
  private static final class AllAtOnce extends FullFs {
    @Override
    public synchronized int readdir(
        String path, Pointer buf, FuseFillDir filler, long offset, FuseFileInfo fi) {
      FuseFillDir without =
          new FuseFillDir() {
            @Override
            public int apply(Pointer to, ByteBuffer name, Pointer stat, long next) {
              return filler.apply(to, name, stat, 0);
            }

            @Override
            public int apply(Pointer to, String name, FileStat stat, long next) {
              return filler.apply(to, name, stat, 0);
            }
          };
      return super.readdir(path, buf, without, 0, fi);
    }
  }

  private void mount(Validity validity) {
    mount(fs, validity);
  }

  private void mount(FuseFS served, Validity validity) {
    mount = Mounts.cached(served, dir, validity);
    assertThat(sh("mkdir d && touch d/a d/b")).isEmpty();
  }

  @AfterEach
  void end() {
    assertThat(mount.audit().faults()).isEmpty();
    mount.close();
  }

  private String sh(String script) {
    return Mounts.sh(dir, script);
  }

  private String list() {
    return sh("ls -U d | sort | xargs");
  }

  private long readdirs(Runnable action) {
    long before = mount.counters().received(FuseOpcode.READDIR);
    action.run();
    return mount.counters().received(FuseOpcode.READDIR) - before;
  }

  // RELEASEDIR comes after closedir() has returned.
  private void warm(String expected) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      if (readdirs(() -> assertThat(list()).isEqualTo(expected)) == 0) {
        return;
      }
      Thread.sleep(20);
    }
    assertThat(readdirs(this::list)).as("READDIR of names that are kept").isZero();
  }

  @Test
  void namesAreKept() throws InterruptedException {
    mount(LONG);
    warm("a b");
    assertThat(sh("touch d/c; rm d/a; ls d | xargs; mv d/b d/e; mkdir d/x; ls d | xargs"))
        .isEqualTo("b c\nc e x");
    warm("c e x");
  }

  @Test
  void memoryIsGivenBackWithoutAskingTheFileSystem() throws InterruptedException {
    mount(LONG);
    warm("a b");
    fs.mknod("/d/unsaid", 0100644, 0);
    assertThat(
            readdirs(
                () ->
                    assertThat(sh("echo 1 >/proc/sys/vm/drop_caches; ls d | xargs"))
                        .isEqualTo("a b")))
        .isPositive();
  }

  @Test
  void anEntryIsInvalidated() throws InterruptedException {
    changes(cache -> cache.invalidateEntry("/d", "new"));
  }

  @Test
  void aTreeIsInvalidated() throws InterruptedException {
    changes(cache -> cache.invalidateTree("/d"));
  }

  @Test
  void everythingIsInvalidated() throws InterruptedException {
    changes(FuseCache::invalidateAll);
  }

  private void changes(Consumer<FuseCache> word) throws InterruptedException {
    mount(LONG);
    warm("a b");
    fs.mknod("/d/new", 0100644, 0);
    assertThat(list()).as("nobody has said a word").isEqualTo("a b");
    word.accept(mount.cache());
    assertThat(list()).isEqualTo("a b new");
    warm("a b new");
  }

  @Test
  void namesAreBelievedForTheirValidityAndNoLonger() throws InterruptedException {
    mount(new Validity(3 * SECOND, 3 * SECOND, 3 * SECOND));
    list();
    fs.mknod("/d/new", 0100644, 0);
    Thread.sleep(3_100);
    assertThat(list()).isEqualTo("a b new");
  }

  @Test
  void aStreamThatIsOpenLongerSeesTheChangeWhenItBeginsAnew() throws InterruptedException {
    mount(new Validity(2 * SECOND, 2 * SECOND, 2 * SECOND));
    String perl =
        "opendir(D, \"d\"); @a = readdir(D); system(\"touch ready\"); sleep 4; rewinddir(D);"
            + " @b = readdir(D); print scalar(@a), \" \", scalar(@b), \"\\n\"";
    Thread change =
        new Thread(
            () -> {
              while (!Files.exists(dir.resolve("ready"))) {
                LockSupport.parkNanos(SECOND / 20);
              }
              fs.mknod("/d/new", 0100644, 0);
            });
    change.start();
    assertThat(sh("perl -e '" + perl + "'")).isEqualTo("2 3");
    change.join();
  }

  @Test
  void whereAbsenceIsNotBelievedNamesAreNotKept() {
    mount(new Validity(3600 * SECOND, 3600 * SECOND, 0));
    list();
    assertThat(readdirs(this::list)).isPositive();
  }

  @Test
  void withOffsetsTheFileSystemIsAskedEachTime() {
    FullFs other = new FullFs();
    mount(other, LONG);
    list();
    assertThat(readdirs(() -> assertThat(list()).isEqualTo("a b"))).isPositive();
    other.mknod("/d/new", 0100644, 0);
    assertThat(list()).isEqualTo("a b new");
  }

  @Test
  void largeDirectoriesAreReadInParts() throws InterruptedException {
    mount(LONG);
    String count = "perl -e 'opendir(D, \"d\"); print scalar(@a = readdir(D))'";
    assertThat(sh("cd d; touch $(seq 1500); cd ..; " + count)).isEqualTo("1502");
    Thread.sleep(200);
    assertThat(readdirs(() -> assertThat(sh(count)).isEqualTo("1502"))).isZero();
    String seek =
        "opendir(D, \"d\"); for (1..700) { readdir(D) } $t = telldir(D); @a = readdir(D);"
            + " seekdir(D, $t); @b = readdir(D); print \"@a\" eq \"@b\" ? \"same\" : \"other\"";
    assertThat(sh("perl -e '" + seek + "'")).isEqualTo("same");
    assertThat(sh("rm -r d; ls | xargs")).isEmpty();
  }
}
