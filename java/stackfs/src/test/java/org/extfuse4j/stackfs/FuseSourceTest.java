// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.stackfs.node.PathFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Over a source that is FUSE itself, whose kernel forgets its inodes: what is held through the
 * mount stays what it is, whatever the server calls it the next time.
 */
class FuseSourceTest {
  private static final int FILES = 2000;

  /** Descriptors of the daemon in tests of single objects, and files that take all of them. */
  private static final int LIMIT = 16;

  private static final int OTHERS = 64;

  enum Server {
    /** Shows the inode numbers of what is below. */
    BINDFS("bindfs"),

    /** Shows its nodeids. */
    MERGERFS("mergerfs"),

    MERGERFS_USE_INO("mergerfs -o use_ino");

    private final String command;

    Server(String command) {
      this.command = command;
    }
  }

  /** A server, and a mount over what it serves. */
  static final class Fixture implements AutoCloseable {
    private final Path dir;
    private final Path served;
    final Path below;
    final StackMount mount;
    final FsOp source;
    final FsOp mnt;

    Fixture(Server server) {
      this(server, LIMIT);
    }

    Fixture(Server server, int limit) {
      try {
        dir = Files.createTempDirectory(Path.of("/var/tmp"), "fuse-source-");
        Path real = Files.createDirectory(dir.resolve("real"));
        served = Files.createDirectory(dir.resolve("served"));
        Sh.script(dir, server.command + " real served").succeeds();
        StackMount.Options options = new StackMount.Options();
        options.base = served;
        mount = new StackMount(options);
        below = real.resolve(served.relativize(mount.source));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      mount.fs.mounted.fds.limit(limit);
      source = new FsOp(mount.source);
      mnt = new FsOp(mount.mnt);
    }

    /** The source's kernel forgets what it can. */
    void forget() {
      try (FsOp op = new FsOp(below)) {
        op.ok("shrink", served);
      }
    }

    @Override
    public void close() {
      mnt.close();
      source.close();
      mount.close();
      Sh.run("umount", served.toString()).succeeds();
      Sh.run("rm", "-rf", "--one-file-system", dir.toString()).succeeds();
    }
  }

  @ParameterizedTest
  @EnumSource
  void heldFilesAreNotStale(Server server) {
    try (Fixture t = new Fixture(server, PathFds.LIMIT)) {
      t.source.ok("mkdir", "d", 0755);
      t.source.ok("many", "d/f", FILES);
      t.mnt.ok("hold-many", "d/f", FILES);
      t.forget();
      assertThat(t.mnt.ok("stat-held")).isEqualTo(FILES + " 0");
      // Found by their names, they are the same nodes still.
      long nodes = t.mount.fs.nodes();
      t.forget();
      t.mnt.ok("stat-many", "d/f", FILES);
      assertThat(t.mount.fs.nodes()).isEqualTo((int) nodes);
      assertThat(t.mnt.ok("stat-held")).isEqualTo(FILES + " 0");
      assertThat(t.mount.fs.audit().faults()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWorkingDirectoryStaysUsable(Server server) {
    try (Fixture t = new Fixture(server);
        FsOp inside = new FsOp(t.mount.mnt)) {
      t.source.ok("mkdir", "a", 0755);
      t.source.ok("mkdir", "a/b", 0755);
      inside.ok("chdir", "a/b");
      t.mnt.ok("many", "f", OTHERS); // descriptors of the directories go
      t.forget();
      inside.ok("open", 0, "wc", "new", 0644);
      inside.ok("close", 0);
      t.mnt.ok("many", "g", OTHERS);
      t.forget();
      t.mnt.ok("stat", "a/b");
      inside.ok("getcwd");
      inside.ok("stat", "new");
      inside.ok("rename", "new", "old");
      t.source.ok("stat", "a/b/old");
      inside.ok("chdir", "/");
    }
  }

  @ParameterizedTest
  @EnumSource
  void changesByNameReachWhatIsHeld(Server server) {
    try (Fixture t = new Fixture(server)) {
      t.mnt.ok("mkdir", "d", 0755);
      t.mnt.ok("many", "d/f", 3);
      for (int i = 0; i < 3; i++) {
        t.mnt.ok("open", i, "p", "d/f" + i);
      }
      t.mnt.ok("many", "g", OTHERS);
      t.forget();
      t.mnt.ok("chmod", "d/f0", 0604);
      assertThat(t.mnt.ok("fstat", 0)).startsWith("100604 ");
      t.forget();
      t.mnt.ok("rename", "d/f1", "h");
      t.mnt.ok("stat-many", "g", OTHERS);
      t.forget();
      t.mnt.ok("truncate", "h", 77);
      assertThat(t.mnt.ok("fstat", 1)).contains(" 77 ");
      t.mnt.ok("rename", "h", "d/f2");
      assertThat(t.mnt.ok("fstat", 1)).contains(" 77 ");
      t.mnt.ok("open", 4, "r", "d/f2");
      t.mnt.ok("unlink", "d/f2");
      t.mnt.ok("open", 5, "wcx", "d/f2", 0600);
      t.mnt.ok("write", 5, 5);
      assertThat(t.mnt.ok("fstat", 4)).contains(" 77 ");
      assertThat(t.mnt.ok("fstat", 5)).contains(" 5 ");
      for (String name : new String[] {"d/f0", "d/f2"}) {
        assertThat(t.mnt.ok("stat", name)).isEqualTo(t.source.ok("stat", name));
      }
      t.mnt.fails("ENOENT", "stat", "d/f1");
      t.mnt.fails("ENOENT", "stat", "h");
    }
  }

  @ParameterizedTest
  @EnumSource
  void replacedBehindItsBackByAnotherType(Server server) {
    try (Fixture t = new Fixture(server)) {
      t.mnt.ok("many", "f", 1);
      t.mnt.ok("open", 0, "p", "f0");
      t.mnt.ok("many", "g", OTHERS);
      t.forget();
      Sh.script(t.below, "rm f0 && mkdir f0 && touch f0/in").succeeds();
      t.forget();
      t.mnt.fails("ESTALE", "fstat", 0);
      assertThat(t.mnt.ok("stat", "f0")).startsWith("40755 ");
      t.mnt.ok("stat", "f0/in");
      t.mnt.fails("ESTALE", "fstat", 0);
    }
  }

  // With numbers that last, an object is told from the one that took its name.
  @Test
  void replacedBehindItsBack() {
    try (Fixture t = new Fixture(Server.BINDFS)) {
      t.mnt.ok("many", "f", 1);
      t.mnt.ok("open", 0, "p", "f0");
      t.mnt.ok("many", "g", OTHERS);
      Sh.script(t.below, "echo other > x && mv x f0").succeeds();
      t.forget();
      t.mnt.fails("ESTALE", "fstat", 0);
      assertThat(t.mnt.stat("f0", "size")).isEqualTo("6");
    }
  }
}
