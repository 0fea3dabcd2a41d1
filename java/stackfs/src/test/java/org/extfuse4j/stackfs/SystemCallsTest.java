// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that no shell tool makes in a way that tells. */
class SystemCallsTest {
  /** Runs the same calls on the mount and on a plain directory; returns what each answered. */
  private static void compare(Object[]... calls) {
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt);
        FsOp plain = new FsOp(mount.plain)) {
      List<String> expected = new ArrayList<>();
      List<String> actual = new ArrayList<>();
      for (Object[] call : calls) {
        expected.add(List.of(call) + " " + comparable(plain.run(call)));
        actual.add(List.of(call) + " " + comparable(mnt.run(call)));
      }
      assertThat(actual).isEqualTo(expected);
      String tree = StackMount.tree(mount.plain);
      assertThat(StackMount.tree(mount.source)).isEqualTo(tree);
    }
  }

  /** An answer without inode numbers and times. */
  private static String comparable(String answer) {
    String[] values = answer.split(" ", -1);
    return values.length == 10 ? String.join(" ", List.of(values).subList(0, 7)) : answer;
  }

  private static Object[] call(Object... words) {
    return words;
  }

  @Test
  void renameExchangeAndNoreplace() {
    compare(
        call("many", "f", 3),
        call("mkdir", "d", 0700),
        call("mkdir", "d/e", 0711),
        call("exchange", "f0", "d"),
        call("stat", "f0"),
        call("stat", "d"),
        call("exchange", "f0", "nosuch"),
        call("exchange", "f0/e", "f1"),
        call("stat", "f0/e"),
        call("stat", "f1"),
        call("exchange", "f0", "f0"),
        call("rename-noreplace", "f1", "f2"),
        call("rename-noreplace", "f1", "new"),
        call("stat", "f1"),
        call("stat", "new"),
        call("rename-noreplace", "nosuch", "x"),
        call("rename", "f0", "f0/e/x"),
        call("exchange", "f0", "f0/e"),
        call("stat", "."));
  }

  @Test
  void openFlags() {
    compare(
        call("open", 1, "wcx", "f", 0640),
        call("open", 2, "wcx", "f", 0640),
        call("open", 2, "wc", "f", 0600),
        call("write", 1, 100),
        call("write", 2, 10),
        call("fstat", 1),
        call("open", 3, "wa", "f"),
        call("write", 3, 7),
        call("fstat", 3),
        call("open", 4, "+t", "f"),
        call("fstat", 1),
        call("read", 4, 10, 0),
        call("write", 4, 10, 1000),
        call("read", 4, 2000, 500),
        call("read", 4, 10, 5000),
        call("read", 1, 1, 0),
        call("open", 5, "r", "nosuch"),
        call("open", 5, "rd", "f"),
        call("open", 5, "w", "."),
        call("open", 5, "rc", "new", 0444),
        call("fstat", 5),
        call("symlink", "f", "s"),
        call("open", 6, "wcx", "s", 0600),
        call("open", 6, "r", "s"),
        call("symlink", "dangling", "t"),
        call("open", 7, "wc", "t", 0604),
        call("stat", "dangling"),
        call("open", 8, "wc", "no/f", 0600),
        call("fallocate", 1, 0, 70000),
        call("fstat", 1),
        call("ftruncate", 4, 3),
        call("fstat", 1),
        call("fsync", 1));
  }

  @Test
  void nodesAndLinks() {
    compare(
        call("mknod", "c", 020644, 1, 3),
        call("stat", "c"),
        call("mknod", "b", 060600, 4095, 1048575),
        call("stat", "b"),
        call("mknod", "p", 010622),
        call("mknod", "r", 0100755),
        call("stat", "r"),
        call("mknod", "s", 0140700),
        call("stat", "s"),
        call("mknod", "r", 0100755),
        call("link", "p", "p2"),
        call("link", "s", "s2"),
        call("stat", "s2"),
        call("mkdir", "d", 01777),
        call("stat", "d"),
        call("link", "d", "d2"),
        call("symlink", "", "empty"),
        call("readlink", "p"),
        call("unlink", "d"),
        call("rmdir", "p"));
  }

  @Test
  void writesThroughAMappingArriveWithTheClose() {
    compare(
        call("open", 1, "+c", "f", 0644),
        call("ftruncate", 1, 100000),
        call("map-write", 1, 100000),
        call("fsync", 1),
        call("close", 1),
        call("stat", "f"),
        call("open", 1, "r", "f"),
        call("read", 1, 100000, 0));
  }

  @Test
  void aFileSeenByTwoProcesses() {
    try (StackMount mount = new StackMount();
        FsOp one = new FsOp(mount.mnt);
        FsOp two = new FsOp(mount.mnt)) {
      one.ok("open", 1, "wc", "f", 0644);
      for (int size = 1000; size <= 20_000; size += 1000) {
        one.ok("write", 1, 1000);
        assertThat(two.stat("f", "size")).isEqualTo(String.valueOf(size));
      }
      two.ok("unlink", "f");
      assertThat(one.ok("fstat", 1)).startsWith("100644 0 ");
      two.fails("ENOENT", "stat", "f");
      two.ok("open", 1, "wc", "f", 0600);
      assertThat(two.stat("f", "size")).isEqualTo("0");
      assertThat(one.ok("fstat", 1)).contains(" 20000 ");
    }
  }

  @Test
  void aReadOnlySourceRefusesEveryChange() {
    StackMount.Options options = new StackMount.Options();
    options.readOnly = true;
    try (StackMount mount = new StackMount(options);
        FsOp source = new FsOp(mount.source);
        FsOp mnt = new FsOp(mount.mnt)) {
      source.ok("many", "f", 2);
      source.ok("mkdir", "d", 0755);
      mnt.ok("open", 1, "r", "f0");
      mnt.ok("read", 1, 10, 0);
      mnt.fails("EROFS", "open", 2, "w", "f0");
      mnt.fails("EROFS", "open", 2, "wc", "new", 0644);
      mnt.fails("EROFS", "mkdir", "new", 0755);
      mnt.fails("EROFS", "mknod", "new", 010644);
      mnt.fails("EROFS", "symlink", "x", "new");
      mnt.fails("EROFS", "link", "f0", "new");
      mnt.fails("EROFS", "unlink", "f0");
      mnt.fails("EROFS", "rmdir", "d");
      mnt.fails("EROFS", "rename", "f0", "f1");
      mnt.fails("EROFS", "chmod", "f0", 0600);
      mnt.fails("EROFS", "chown", "f0", 1, 1);
      mnt.fails("EROFS", "truncate", "f0", 10);
      mnt.fails("EROFS", "utime", "f0", 1, 1);
      assertThat(mnt.ok("list", ".")).isEqualTo(source.ok("list", "."));
    }
  }
}
