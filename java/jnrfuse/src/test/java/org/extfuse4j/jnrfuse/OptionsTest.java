// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.ops.JnrFuseFs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of libfuse do what they say, or it is said that they do not. */
class OptionsTest {
  private static final long ALL = -1L;

  private static JnrFuseOptions options(String list) {
    JnrFuseOptions options = new JnrFuseOptions().cache(CacheMode.OFF);
    return options.libfuse(List.of("-o", list));
  }

  private static FuseInit init(String list) {
    FuseInit init = new FuseInit(7, 41, 1 << 20, ALL, -1);
    try (JnrFuseFs fs = new JnrFuseFs(new FullFs(), options(list), MetadataCache.none())) {
      fs.init(init);
    }
    return init;
  }

  @Test
  void theConnectionIsAsAsked() {
    assertThat(init("max_write=8192").maxWrite()).isEqualTo(8192);
    assertThat(init("atomic_o_trunc").wanted() & FuseFlags.FUSE_ATOMIC_O_TRUNC).isNotZero();
    assertThat(init("use_ino").wanted() & FuseFlags.FUSE_ATOMIC_O_TRUNC).isZero();
    assertThat(init("sync_read").wanted() & FuseFlags.FUSE_ASYNC_READ).isZero();
    assertThat(init("async_read").wanted() & FuseFlags.FUSE_ASYNC_READ).isNotZero();
  }

  @ParameterizedTest
  @CsvSource({"no_remote_lock, 0", "no_remote_posix_lock, 0", "use_ino, 1"})
  void locksAreTheKernelsIfAsked(String option, int left) {
    class Locking extends FullFs {
      @Override
      public int lock(
          String path,
          ru.serce.jnrfuse.struct.FuseFileInfo fi,
          int cmd,
          ru.serce.jnrfuse.struct.Flock flock) {
        return 0;
      }
    }

    FuseInit init = new FuseInit(7, 41, 1 << 20, ALL, -1);
    try (JnrFuseFs fs = new JnrFuseFs(new Locking(), options(option), MetadataCache.none())) {
      fs.init(init);
    }
    assertThat(Long.signum(init.wanted() & FuseFlags.FUSE_POSIX_LOCKS)).isEqualTo(left);
  }

  @Test
  void theMountIsAsAsked() throws Exception {
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount =
        ExtFuse.mount(new FullFs(), dir, options("noatime,dirsync,sync,max_read=8192"))) {
      String line =
          Files.readAllLines(Path.of("/proc/mounts")).stream()
              .filter(l -> l.contains(" " + mount.mountPoint() + " "))
              .findFirst()
              .orElseThrow();
      assertThat(line).contains("noatime", "dirsync", ",sync", "max_read=8192");
    } finally {
      Files.delete(dir);
    }
  }

  @Test
  void whatIsToldIsBelievedForASecondUnlessAsked() {
    Validity usual = new JnrFuseOptions().validity();
    assertThat(usual).isEqualTo(new Validity(1_000_000_000L, 1_000_000_000L, 0));
  }

  @Test
  void timesAreSeconds() {
    assertThat(options("deadline=2.5").deadlineNs()).isEqualTo(2_500_000_000L);
    assertThat(options("deadline=0").deadlineNs()).isZero();
    assertThat(options("remember=10").rememberNs()).isEqualTo(10_000_000_000L);
    assertThat(options("noforget").rememberNs()).isEqualTo(Long.MAX_VALUE);
    assertThat(options("remember=-1").rememberNs()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> options("max_read=many")).hasMessageContaining("not a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"intr", "intr_signal=10", "auto_unmount"})
  void whatHasNoEffectIsSaid(String option) {
    try (LogLines log = new LogLines()) {
      options(option);
      assertThat(log.take()).singleElement().asString().contains("has no effect");
    }
  }

  @Test
  void whatIsForgottenIsRemembered() throws InterruptedException {
    JnrFuseOptions options = options("remember=0.2");
    FuseInit init = new FuseInit(7, 41, 1 << 20, ALL, -1);
    try (JnrFuseFs fs = new JnrFuseFs(new FullFs(), options, MetadataCache.none())) {
      fs.init(init);
      PathNode root = fs.served.table.root();
      PathNode a = fs.served.table.find(root, "a", 0040000);
      PathNode b = fs.served.table.find(root, "b", 0040000);
      fs.forget(a.nodeid(), 1);
      assertThat(fs.nodes()).isEqualTo(3);
      assertThat(fs.served.table.find(root, "a", 0040000)).isSameAs(a);
      fs.forget(a.nodeid(), 1);
      Thread.sleep(250);
      fs.forget(b.nodeid(), 1);
      assertThat(fs.nodes()).as("root and b").isEqualTo(2);
    }
  }
}
