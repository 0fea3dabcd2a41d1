// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names are bytes; directories keep their order. */
class NamesTest {
  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (char b = 1; b <= 255; b++) {
      if (b != '/') {
        names.add("n" + b + "x");
        if (b != '.') {
          names.add(String.valueOf(b));
        }
      }
    }
    for (int length : new int[] {31, 32, 33, 127, 254, 255}) {
      names.add("L".repeat(length));
      names.add("\u00e9".repeat(length));
    }
    return names;
  }

  @Test
  void everyByteAndEveryLength() {
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt);
        FsOp source = new FsOp(mount.source);
        FsOp plain = new FsOp(mount.plain)) {
      for (String name : names()) {
        mnt.ok("open", 0, "wc", name, 0644);
        mnt.ok("write", 0, name.length());
        mnt.ok("close", 0);
        plain.ok("open", 0, "wc", name, 0644);
        plain.ok("close", 0);
        assertThat(source.stat(name, "size")).isEqualTo(String.valueOf(name.length()));
        assertThat(mnt.ok("stat", name)).isEqualTo(source.ok("stat", name));
      }
      String listed = plain.ok("list", ".");
      assertThat(mnt.ok("list", ".")).isEqualTo(listed);
      assertThat(source.ok("list", ".")).isEqualTo(listed);
      for (String name : names()) {
        mnt.ok("unlink", name);
        mnt.fails("ENOENT", "stat", name);
      }
      assertThat(source.ok("list", ".")).startsWith("2 ");
    }
  }

  @Test
  void nothingIsTruncated() {
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt)) {
      mnt.ok("mkdir", "d", 0755);
      mnt.ok("mkdir", "a".repeat(255), 0755);
      for (int length : new int[] {256, 1023, 1024, 1025, 4000}) {
        String name = "a".repeat(length);
        mnt.fails("ENAMETOOLONG", "stat", name);
        mnt.fails("ENAMETOOLONG", "open", 0, "wc", name, 0644);
        mnt.fails("ENAMETOOLONG", "mkdir", name, 0755);
        mnt.fails("ENAMETOOLONG", "symlink", "x", name);
        mnt.fails("ENAMETOOLONG", "mknod", name, 0010644);
        mnt.fails("ENAMETOOLONG", "rename", "d", name);
        mnt.fails("ENAMETOOLONG", "link", "d", name);
        mnt.fails("ENAMETOOLONG", "unlink", name);
      }
      assertThat(mnt.ok("list", ".")).startsWith("4 ");
    }
  }

  @Test
  void tenThousandNamesAndEveryOffset() {
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt);
        FsOp source = new FsOp(mount.source)) {
      source.ok("many", "a name that is neither long nor short ", 10_000);
      String listed = source.ok("list", ".");
      assertThat(listed).startsWith("10002 ");
      assertThat(mnt.ok("list", ".")).isEqualTo(listed);
      assertThat(mnt.ok("seek", ".")).isEqualTo(source.ok("seek", "."));
      // Names read while others come and go are read once.
      mnt.ok("open", 1, "rd", ".");
      mnt.ok("many", "new ", 100);
      assertThat(mnt.ok("list", ".")).startsWith("10102 ");
    }
  }
}
