// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.stackfs.node.PathFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A daemon without a free descriptor answers EMFILE, at once, and all is well afterwards. */
@Timeout(60)
final class NoDescriptorsTest {
  private static final int RLIMIT_NOFILE = 7;
  private static final long HOUR_NS = 3_600_000_000_000L;

  static final class C {
    static {
      Native.register(C.class, "c");
    }

    private C() {}

    static native int setrlimit(int resource, long limits);

    static native int getrlimit(int resource, long limits);
  }

  /** Until it is closed, no descriptor can be opened: the limit is below those that are open. */
  static final class Shortage implements AutoCloseable {
    private final Memory before = new Memory(16);

    Shortage() {
      loadClasses(StackFs.class);
      loadClasses(MetadataCache.class);
      loadClasses(FuseSession.class);
      long lowestFree = lowestFree();
      try (Memory none = new Memory(16)) {
        assertThat(C.getrlimit(RLIMIT_NOFILE, Pointer.nativeValue(before))).isZero();
        none.setLong(0, lowestFree);
        none.setLong(8, before.getLong(8));
        assertThat(C.setrlimit(RLIMIT_NOFILE, Pointer.nativeValue(none))).isZero();
      }
    }

    // Out of directories, which takes a descriptor each; a daemon's jar is open all the time.
    private static void loadClasses(Class<?> one) {
      try {
        Path root = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> all = Files.walk(root)) {
          for (Path file : all.filter(path -> path.toString().endsWith(".class")).toList()) {
            String name = root.relativize(file).toString().replace('/', '.');
            Class.forName(name.substring(0, name.length() - ".class".length()));
          }
        }
      } catch (ReflectiveOperationException | URISyntaxException | IOException e) {
        throw new AssertionError(e);
      }
    }

    private static long lowestFree() {
      for (int fd = 0; ; fd++) {
        if (!Files.isSymbolicLink(Path.of("/proc/self/fd/" + fd))) {
          return fd;
        }
      }
    }

    @Override
    public void close() {
      C.setrlimit(RLIMIT_NOFILE, Pointer.nativeValue(before));
      before.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesStayAndNobodyWaits(DescriptorsTest.Backing backing) {
    // The kernel believes the names, and does not look them up before it changes them.
    StackMount.Options options = new StackMount.Options();
    options.lower = backing.lower();
    options.validity = new Validity(HOUR_NS, HOUR_NS, 0);
    try (DescriptorsTest.Fixture t =
            new DescriptorsTest.Fixture(options, backing.hasHandles(), PathFds.LIMIT);
        FsOp other = new FsOp(t.mount.mnt)) {
      t.mnt.ok("mkdir", "d", 0755);
      t.mnt.ok("many", "d/f", 3);
      t.mnt.ok("stat-many", "d/f", 3);
      t.evict();
      t.mnt.ok("chdir", "d");
      t.mnt.fails("ENOENT", "stat", "nosuch"); // d has a descriptor again, its files have none
      try (Shortage shortage = new Shortage()) {
        assertThat(shortage).isNotNull();
        t.mnt.fails("EMFILE", "unlink", "f0");
        t.mnt.fails("EMFILE", "rename", "f1", "f2");
        assertThat(other.run("stat", ".")).as("the directory is nobody's").startsWith("ok");
      }
      assertThat(StackMount.tree(t.mount.mnt)).isEqualTo(StackMount.tree(t.mount.source));
      t.mnt.ok("unlink", "f0");
      t.mnt.ok("rename", "f1", "f2");
      t.mnt.fails("ENOENT", "stat", "f0");
      t.mnt.ok("chdir", "/");
    }
  }

  @Test
  void theShortageIsOne() {
    try (Shortage shortage = new Shortage();
        Stream<Path> none = Stream.empty()) {
      assertThat(shortage).isNotNull();
      assertThat(none).isEmpty();
      assertThat(new java.io.File("/proc/self/fd").list()).as("opened a directory").isNull();
    }
  }
}
