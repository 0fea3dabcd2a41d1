// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.stackfs.DescriptorsTest.Fixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Over 9p, which has no file handles and no times of birth: the folder that the guest may write.
 */
@Tag("vm")
class NinePVmTest {
  private static Fixture fixture() {
    StackMount.Options options = new StackMount.Options();
    options.base = Path.of("../../build").toAbsolutePath().normalize();
    try {
      assertThat(Files.getFileStore(options.base).type()).isEqualTo("9p");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Fixture(options, false);
  }

  @Test
  void nodesWithoutDescriptors() throws IOException {
    try (Fixture t = fixture()) {
      for (String dir : new String[] {"a", "a/b", "a/b/c", "z"}) {
        t.mnt.ok("mkdir", dir, 0755);
      }
      t.mnt.ok("many", "a/b/c/f", 1000);
      for (int i = 0; i < 10; i++) {
        t.mnt.ok("open", i, "p", "a/b/c/f" + 100 * i);
      }
      t.evict();
      assertThat(t.mount.fs.nodes()).isGreaterThan(1500);
      assertThat(DescriptorsTest.allDescriptors()).isLessThan(1024);
      t.same(0, "a/b/c/f0");
      t.mnt.ok("rename", "a/b", "z/b2");
      t.evict();
      t.mnt.ok("rename", "z/b2/c/f100", "f");
      for (int i = 2; i < 10; i++) {
        t.same(i, "z/b2/c/f" + 100 * i);
      }
      t.same(1, "f");
    }
  }

  @Test
  void linksAndDeletedFiles() {
    try (Fixture t = fixture()) {
      t.mnt.ok("open", 0, "+cx", "f", 0644);
      t.mnt.ok("link", "f", "g");
      t.mnt.ok("open", 1, "p", "g");
      t.mnt.ok("unlink", "g");
      t.evict();
      t.mnt.ok("stat", "f");
      t.evict();
      assertThat(t.mnt.ok("stat", "f")).isEqualTo(t.source.ok("stat", "f"));
      t.same(1, "f");
      t.mnt.ok("unlink", "f");
      t.evict();
      t.mnt.ok("write", 0, 100);
      assertThat(t.mnt.ok("read", 0, 200, 0)).isEqualTo("100");
      t.mnt.fails("ENOENT", "stat", "f");
      t.mnt.ok("open", 2, "wcx", "f", 0600);
      assertThat(t.mnt.stat("f", "size")).isEqualTo("0");
      assertThat(t.mnt.ok("stat", "f")).isEqualTo(t.source.ok("stat", "f"));
    }
  }

  @Test
  void madeAgainBehindItsBack() {
    try (Fixture t = fixture()) {
      t.source.ok("many", "f", 1);
      t.mnt.ok("open", 1, "p", "f0");
      t.evict();
      t.source.ok("unlink", "f0");
      t.source.ok("open", 0, "wc", "f0", 0600);
      t.source.ok("write", 0, 5);
      t.mnt.fails("ESTALE", "fstat", 1);
      assertThat(t.mnt.ok("stat", "f0")).isEqualTo(t.source.ok("stat", "f0"));
      t.mnt.fails("ESTALE", "fstat", 1);
    }
  }
}
