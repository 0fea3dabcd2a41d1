// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Handles of the mount, as an NFS server has them, when the kernel has let go of all. */
class ExportTest {
  private static final int FILES = 40;

  /** A mount whose kernel forgets. */
  private static final class Fixture implements AutoCloseable {
    final StackMount mount;
    final FsOp source;
    final FsOp mnt;

    Fixture(String lower) {
      StackMount.Options options = new StackMount.Options();
      options.lower = lower;
      mount = new StackMount(options);
      source = new FsOp(mount.source);
      mnt = new FsOp(mount.mnt);
      source.ok("mkdir", "a", 0755);
      source.ok("mkdir", "a/b", 0755);
      source.ok("many", "a/b/f", FILES);
    }

    void forget() {
      mount.shrink();
      StackMount.await("only the root is left", () -> mount.fs.nodes() == 1);
    }

    @Override
    public void close() {
      assertThat(mount.fs.audit().faults()).isEmpty();
      mnt.close();
      source.close();
      mount.close();
    }
  }

  @Test
  void filesAndDirectories() {
    try (Fixture t = new Fixture(null)) {
      for (int i = 0; i < FILES; i++) {
        t.source.ok("truncate", "a/b/f" + i, 100 + i);
        t.mnt.ok("handle", i, "a/b/f" + i);
      }
      t.mnt.ok("handle", FILES, "a/b");
      t.forget();
      for (int i = 0; i <= FILES; i++) {
        String name = i == FILES ? "a/b" : "a/b/f" + i;
        t.mnt.ok("open-handle", i, "r");
        assertThat(t.mnt.ok("fstat", i)).as(name).isEqualTo(t.source.ok("stat", name));
      }
      assertThat(t.mnt.ok("read", 7, 1000, 0)).isEqualTo("107");
      assertThat(t.mnt.ok("path", FILES)).isEqualTo(t.mount.mnt + "/a/b");
      // The names lead to the same nodes.
      int nodes = t.mount.fs.nodes();
      t.mnt.ok("stat-many", "a/b/f", FILES);
      assertThat(t.mount.fs.nodes()).isEqualTo(nodes);
      for (int i = 0; i <= FILES; i++) {
        t.mnt.ok("close", i);
      }
      t.forget();
      t.mnt.ok("open-handle", 3, "+");
      t.mnt.ok("write", 3, 5000);
      assertThat(t.mnt.stat("a/b/f3", "size")).isEqualTo("5000");
      t.mnt.ok("close", 3);
      t.forget();
    }
  }

  @Test
  void renamedMeanwhile() {
    try (Fixture t = new Fixture(null)) {
      t.mnt.ok("handle", 0, "a/b/f0");
      t.mnt.ok("handle", 1, "a/b");
      t.forget();
      t.mnt.ok("rename", "a/b", "c");
      t.forget();
      t.mnt.ok("rename", "c/f0", "f");
      t.forget();
      t.source.ok("rename", "c", "a/d");
      t.mnt.ok("open-handle", 0, "r");
      t.mnt.ok("open-handle", 1, "r");
      assertThat(t.mnt.ok("fstat", 0)).isEqualTo(t.source.ok("stat", "f"));
      assertThat(t.mnt.ok("path", 1)).isEqualTo(t.mount.mnt + "/a/d");
    }
  }

  @Test
  void whatIsGoneIsStale() {
    try (Fixture t = new Fixture(null)) {
      for (int i = 0; i < 3; i++) {
        t.mnt.ok("handle", i, "a/b/f" + i);
      }
      t.forget();
      t.source.ok("unlink", "a/b/f0");
      t.source.ok("many", "a/b/f", 1);
      t.mnt.fails("ESTALE", "open-handle", 0, "r");
      t.mnt.ok("unlink", "a/b/f1");
      t.mnt.ok("open", 9, "wcx", "a/b/f1", 0600);
      t.mnt.ok("close", 9);
      t.mnt.fails("ESTALE", "open-handle", 1, "r");
      t.forget();
      t.mnt.fails("ESTALE", "open-handle", 1, "r");
      t.mnt.ok("open-handle", 2, "r");
    }
  }

  @Test
  void notMoreThanItPromises() {
    try (Fixture t = new Fixture(null)) {
      t.mount.fs.mounted.nodes.forgotten.limit(10);
      t.mnt.ok("handle", 0, "a/b/f0");
      t.forget();
      t.mnt.ok("stat-many", "a/b/f", FILES);
      t.forget();
      t.mnt.ok("handle", 1, "a/b/f1");
      t.forget();
      t.mnt.fails("ESTALE", "open-handle", 0, "r");
      t.mnt.ok("open-handle", 1, "r");
    }
  }

  // Its parents are not what is mounted.
  @Test
  void movedOutOfTheSource() {
    try (Fixture t = new Fixture(null)) {
      t.mnt.ok("handle", 0, "a/b");
      t.forget();
      t.source.ok("rename", "a/b", t.mount.dir.resolve("outside"));
      t.mnt.fails("ESTALE", "open-handle", 0, "r");
      t.mount.shrink();
      StackMount.await("nothing is left", () -> t.mount.fs.nodes() == 1);
    }
  }

  // Without file handles of the source only what the kernel still has.
  @Test
  void overASourceWithoutHandles() {
    try (Fixture t = new Fixture("")) {
      t.mnt.ok("handle", 0, "a/b/f0");
      t.mnt.ok("open", 2, "p", "a/b/f0");
      t.mnt.ok("open-handle", 0, "r");
      assertThat(t.mnt.ok("fstat", 0)).isEqualTo(t.source.ok("stat", "a/b/f0"));
      t.mnt.ok("close", 0);
      t.mnt.ok("close", 2);
      t.forget();
      t.mnt.fails("ESTALE", "open-handle", 0, "r");
    }
  }

  // Nodeids begin anew on each mount, so another file has that of the handle.
  @Test
  void ofAnEarlierMount() {
    try (Fixture before = new Fixture(null);
        Fixture after = new Fixture(null)) {
      for (int i = 0; i < 3; i++) {
        before.mnt.ok("handle", i, "a/b/f" + i);
      }
      before.mnt.ok("chdir", after.mount.mnt);
      after.mnt.ok("stat-many", "a/b/f", FILES);
      for (int i = 0; i < 3; i++) {
        before.mnt.fails("ESTALE", "open-handle", i, "r");
      }
      after.forget();
      for (int i = 0; i < 3; i++) {
        before.mnt.fails("ESTALE", "open-handle", i, "r");
      }
      before.mnt.ok("chdir", before.mount.mnt);
      before.mnt.ok("open-handle", 0, "r");
    }
  }
}
