// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Which set-id bits and file capabilities are left after a file has been changed: the same as
 * without the mount, whoever changes it and how.
 */
class SetIdTest {
  private static final int OWNER = 1000;
  private static final int GROUP = 3000;
  private static final List<Integer> MODES =
      List.of(04755, 02755, 02745, 06755, 04777, 02777, 02767, 06777, 06767);

  private static final Map<String, String[]> CALLERS = new LinkedHashMap<>();

  static {
    CALLERS.put("owner", as(OWNER, OWNER, "--clear-groups"));
    CALLERS.put("owner in the group", as(OWNER, OWNER, "--groups=2000,3000"));
    CALLERS.put("group", as(1001, GROUP, "--clear-groups"));
    CALLERS.put("supplementary group", as(1001, 1001, "--groups=3000"));
    CALLERS.put("other", as(1002, 1002, "--groups=2000"));
    CALLERS.put("root", new String[] {"setpriv", "--clear-groups"});
    CALLERS.put(
        "root without FSETID",
        new String[] {"setpriv", "--clear-groups", "--bounding-set=-fsetid"});
  }

  private static String[] as(int uid, int gid, String groups) {
    return new String[] {
      "setpriv", "--reuid=" + uid, "--regid=" + gid, groups, "--bounding-set=-all"
    };
  }

  /** Ways to change file 1, which is open, or its name. */
  private static final Map<String, Object[]> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put("write", new Object[] {"write", 1, 10});
    WAYS.put("direct", new Object[] {"open", 2, "wD"});
    WAYS.put("append", new Object[] {"open", 2, "wa"});
    WAYS.put("O_TRUNC", new Object[] {"open", 2, "wt"});
    WAYS.put("truncate", new Object[] {"truncate", null, 3});
    WAYS.put("ftruncate", new Object[] {"ftruncate", 1, 3});
    WAYS.put("fallocate", new Object[] {"fallocate", 1, 0, 9000});
    WAYS.put("punch", new Object[] {"punch", 1, 0, 4096});
    WAYS.put("copy_file_range", new Object[] {"copy", 3, 1, 10});
    WAYS.put("chgrp", new Object[] {"chown", null, -1, 2000});
    WAYS.put("chown", new Object[] {"chown", null, OWNER, -1});
    WAYS.put("chmod", new Object[] {"chmod", null, 06754});
    WAYS.put("an ACL", new Object[] {"fsetacl", 1});
  }

  private static List<String> change(FsOp user, String way, Object[] call, String file) {
    List<String> answers = new ArrayList<>();
    answers.add(way + " " + user.run("open", 1, "w", file));
    Object[] named = call.clone();
    for (int i = 0; i < named.length; i++) {
      named[i] = named[i] == null ? file : named[i];
    }
    if (named[0].equals("open")) {
      answers.add(user.run(named[0], named[1], named[2], file));
      named = new Object[] {"write", 2, 4096};
    }
    answers.add(user.run(named));
    user.run("close", 1);
    if (call[0].equals("open")) {
      user.run("close", 2);
    }
    answers.add(user.run("stat", file).replaceAll("^(ok \\d+ \\d+ \\d+ \\d+).*", "$1"));
    return answers;
  }

  private static List<String> table(Path dir, Path behind, String[] who) {
    List<String> answers = new ArrayList<>();
    try (FsOp user = new FsOp(dir, who);
        FsOp root = new FsOp(behind)) {
      user.ok("open", 3, "r", "from");
      for (int mode : MODES) {
        for (Map.Entry<String, Object[]> way : WAYS.entrySet()) {
          String file = Integer.toOctalString(mode) + way.getKey();
          root.ok("open", 1, "wcx", file, 0600);
          root.ok("write", 1, 8192);
          root.ok("close", 1);
          root.ok("chown", file, OWNER, GROUP);
          root.ok("chmod", file, mode);
          answers.add(file);
          answers.addAll(change(user, way.getKey(), way.getValue(), file));
          answers.add(root.run("stat", file).replaceAll("^(ok \\d+ \\d+ \\d+ \\d+).*", "$1"));
          root.ok("unlink", file);
        }
      }
    }
    return answers;
  }

  private static void compare(Path base, boolean writeback, String[] who) {
    StackMount.Options options = new StackMount.Options();
    options.base = base;
    options.writeback = writeback;
    options.validity = new Validity(60_000_000_000L, 60_000_000_000L, 60_000_000_000L);
    try (StackMount mount = new StackMount(options)) {
      for (Path dir : List.of(mount.source, mount.plain)) {
        Sh.script(dir, "chmod 777 .; seq 1000 >from; chmod 644 from").succeeds();
      }
      List<String> expected = table(mount.plain, mount.plain, who);
      assertThat(table(mount.mnt, mount.source, who)).isEqualTo(expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> onADisk() {
    return CALLERS.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(null, false, e.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> inMemory() {
    Path memory = Path.of("/dev/shm");
    return CALLERS.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(memory, false, e.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> onXfsAndBtrfs() {
    return Stream.of("xfs -q", "btrfs -q")
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type,
                    () ->
                        onImage(
                            type,
                            disk -> CALLERS.values().forEach(who -> compare(disk, false, who)))));
  }

  private static void onImage(String mkfs, Consumer<Path> test) throws IOException {
    Path dir = Files.createTempDirectory(Path.of("/dev/shm"), "stackfs-image-");
    Path disk = Files.createDirectory(dir.resolve("disk"));
    try {
      String make =
          "truncate -s 400M image && mkfs.%s image && mount -o loop image disk && chmod 755 . disk";
      Sh.script(dir, make.formatted(mkfs)).succeeds();
      test.accept(disk);
    } finally {
      Sh.run("umount", disk.toString());
      Sh.run("rm", "-rf", "--one-file-system", dir.toString());
    }
  }

  @Test
  void capabilitiesOfFiles() {
    String[] writer = CALLERS.get("other");
    for (boolean writeback : new boolean[] {false, true}) {
      StackMount.Options options = new StackMount.Options();
      options.writeback = writeback;
      try (StackMount mount = new StackMount(options)) {
        String before =
            "chmod 777 .; for f in a b c d e; do cp /bin/true $f; chmod 4777 $f; setcap"
                + " cap_net_raw+ep $f; done; chown 1002 e";
        String byRoot =
            "echo x >>a; getcap a; stat -c %a a; truncate -s 3 b; getcap b; stat -c %a b";
        String byUser =
            "echo x >>c; getcap c; stat -c %a c; truncate -s 3 d; getcap d; stat -c %a d; chgrp"
                + " 2000 e; getcap e; stat -c %a e";
        for (Path dir : List.of(mount.source, mount.plain)) {
          Sh.script(dir, before).succeeds();
        }
        String expected = Sh.script(mount.plain, byRoot).output();
        assertThat(Sh.script(mount.mnt, byRoot).output()).isEqualTo(expected);
        assertThat(expected).startsWith("4777\n");
        expected = Sh.script(mount.plain, byUser, writer).output();
        assertThat(Sh.script(mount.mnt, byUser, writer).output()).isEqualTo(expected);
      }
    }
  }

  /** What ext4 keeps for root is not for everybody who has root work for him. */
  @Test
  void theReserveOfAFileSystem() throws IOException {
    onImage("ext4 -q -m 25 -b 4096 -O ^has_journal", SetIdTest::fillAll);
  }

  private static void fillAll(Path disk) {
    StackMount.Options options = new StackMount.Options();
    options.base = disk;
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.source, "chmod 777 .").succeeds();
      String[] user = CALLERS.get("other");
      long left = fill(mount.source, user);
      assertThat(fill(mount.mnt, user)).isBetween(left - 2, left + 2);
      String[] root = CALLERS.get("root");
      long all = fill(mount.source, root);
      assertThat(all).isGreaterThan(left + 50);
      assertThat(fill(mount.mnt, root)).isBetween(all - 2, all + 2);
    }
  }

  private static long fill(Path dir, String[] who) {
    try (FsOp op = new FsOp(dir, who)) {
      op.ok("open", 1, "wcx", "f", 0644);
      String filled = op.ok("fill", 1);
      assertThat(filled).endsWith("ENOSPC");
      op.ok("close", 1);
      op.ok("unlink", "f");
      return Long.parseLong(filled.split(" ", -1)[0]);
    }
  }
}
