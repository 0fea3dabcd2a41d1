// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the kernel believes of the source is old, and nobody gets more by that than the source would
 * give: the same calls, with what root does to the source in between, on a mount that believes all
 * for a minute and on a plain directory, answer the same and leave the same.
 */
class RightsTest {
  static final long MINUTE_NS = 60_000_000_000L;

  static final String[] USER = {
    "setpriv", "--reuid=1000", "--regid=1000", "--groups=2000", "--bounding-set=-all"
  };
  static final String[] CAPABLE = {
    "setpriv",
    "--reuid=1000",
    "--regid=1000",
    "--clear-groups",
    "--inh-caps=+dac_override,+fowner",
    "--ambient-caps=+dac_override,+fowner"
  };
  static final String[] ROOT_WITHOUT_CAPS = {"setpriv", "--bounding-set=-all"};
  static final String[] ROOT = {"setpriv", "--clear-groups"};
  static final String[] ROOT_OF_ITS_OWN = {
    "setpriv",
    "--reuid=1000",
    "--regid=1000",
    "--clear-groups",
    "unshare",
    "--user",
    "--map-root-user"
  };

  /** A step of the user, who sees the mount or the plain directory. */
  static Object[] user(Object... words) {
    return words;
  }

  /** A step of root, who changes the source or the plain directory. */
  static Object[] root(Object... words) {
    Object[] step = Arrays.copyOf(words, words.length + 1);
    step[words.length] = ROOT;
    return step;
  }

  static StackMount.Options believing(long ns) {
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(ns, ns, ns);
    return options;
  }

  /** Runs a test with each kind of mount. */
  void withEach(Consumer<StackMount.Options> test) {
    test.accept(believing(0));
    test.accept(believing(MINUTE_NS));
  }

  void compare(String before, Object[]... steps) {
    withEach(options -> compare(options, USER, before, steps));
  }

  static void compare(StackMount.Options options, String[] who, String before, Object[]... steps) {
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.plain, "chmod 777 .\n" + before).succeeds();
      Sh.script(mount.source, "chmod 777 .\n" + before).succeeds();
      List<String> expected = play(mount.plain, mount.plain, who, steps);
      List<String> actual = play(mount.mnt, mount.source, who, steps);
      assertThat(actual).isEqualTo(expected);
      assertThat(StackMount.tree(mount.source)).isEqualTo(StackMount.tree(mount.plain));
    }
  }

  private static List<String> play(Path seen, Path behind, String[] who, Object[][] steps) {
    List<String> answers = new ArrayList<>();
    try (FsOp user = new FsOp(seen, who);
        FsOp root = new FsOp(behind)) {
      for (Object[] step : steps) {
        int last = step.length - 1;
        if (step[last] == ROOT) {
          root.ok(Arrays.copyOf(step, last));
        } else {
          answers.add(List.of(step) + " " + comparable(user.run(step)));
        }
      }
    }
    return answers;
  }

  // Without inode numbers and times.
  private static String comparable(String answer) {
    String[] values = answer.split(" ", -1);
    return values.length == 10 ? String.join(" ", List.of(values).subList(0, 6)) : answer;
  }

  @Test
  void createOpensNothingThatSomebodyElseHasMade() {
    compare(
        "",
        user("stat", "f"),
        user("stat", "g"),
        user("stat", "p"),
        user("stat", "s"),
        root("open", 1, "wcx", "f", 0600),
        root("open", 1, "wcx", "g", 0666),
        root("mknod", "p", 010666),
        root("symlink", "g", "s"),
        user("open", 1, "+c", "f", 0644),
        user("open", 2, "+c", "g", 0644),
        user("write", 2, 5),
        user("open", 3, "+c", "p", 0644),
        user("open", 4, "+cx", "g", 0644),
        user("open", 4, "+c", "s", 0644),
        user("read", 4, 10, 0));
  }

  @Test
  void aGroupThatIsRefusedWhatOthersMay() {
    compare(
        "echo x > f; echo x > g; mkdir d e; touch d/f e/f; chgrp 2000 f g d e; chmod 777 d e",
        user("stat", "f"),
        user("stat", "g"),
        user("stat", "d/f"),
        user("stat", "e/f"),
        root("chmod", "f", 0604),
        root("chmod", "g", 0606),
        root("chmod", "d", 0707),
        root("chmod", "e", 0717),
        user("open", 1, "r", "f", 0),
        user("open", 2, "w", "g", 0),
        user("truncate", "g", 0),
        user("unlink", "e/f"),
        user("mkdir", "e/d", 0755),
        user("rename", "e/f", "h"));
  }

  @Test
  void anOpenFileThatIsTakenOver() {
    compare(
        "",
        user("open", 1, "+cx", "f", 0755),
        user("write", 1, 100),
        root("chown", "f", 0, 0),
        user("fchmod", 1, 04755),
        user("fchmod", 1, 0777),
        user("fchown", 1, -1, 2000),
        user("futime", 1, 5, 5),
        user("fsetacl", 1),
        user("fsetxattr", 1, "user.a", "b"),
        user("fgetflags", 1),
        user("fsetflags", 1, 0x40),
        user("reopen", 2, "r", 1),
        user("reopen", 2, "w", 1),
        user("linkfd", 1, "l"),
        user("write", 1, 100),
        user("ftruncate", 1, 50),
        user("fallocate", 1, 0, 5000),
        user("read", 1, 10, 0));
  }

  @Test
  void anOpenFileThatIsTakenOverAndClosed() {
    compare(
        "",
        user("open", 1, "+cx", "f", 0666),
        root("chmod", "f", 0600),
        root("chown", "f", 0, 0),
        user("fsetxattr", 1, "user.a", "b"),
        user("fgetflags", 1),
        user("fsetflags", 1, 0x40),
        user("reopen", 2, "r", 1),
        user("linkfd", 1, "l"),
        user("open", 3, "r", "f"),
        user("write", 1, 10),
        user("read", 1, 10, 0),
        user("ftruncate", 1, 5));
  }

  @Test
  void aStickyDirectory() {
    compare(
        "mkdir -m 1777 t",
        user("open", 1, "wcx", "t/a", 0644),
        user("open", 1, "wcx", "t/b", 0644),
        user("mkdir", "t/d", 0755),
        user("stat", "t/a"),
        user("stat", "t/b"),
        root("unlink", "t/a"),
        root("unlink", "t/b"),
        root("rmdir", "t/d"),
        root("open", 1, "wcx", "t/a", 0644),
        root("open", 1, "wcx", "t/b", 0644),
        root("mkdir", "t/d", 0755),
        user("unlink", "t/a"),
        user("rename", "t/b", "t/c"),
        user("exchange", "t/a", "t/b"),
        user("rmdir", "t/d"),
        user("open", 1, "wcx", "t/own", 0644),
        user("rename", "t/own", "t/a"),
        user("unlink", "t/own"));
  }

  @Test
  void closedSince() {
    compare(
        "mkdir -m 777 d; mkdir -m 755 e; echo x >d/f; echo x >g; chmod 666 d/f g; echo x >e/f",
        user("stat", "d/f"),
        user("stat", "g"),
        user("stat", "e/f"),
        user("open", 1, "r", "g"),
        root("chmod", "g", 0600),
        root("chmod", "d", 0755),
        root("chmod", "e", 0700),
        user("open", 2, "r", "g"),
        user("open", 2, "w", "g"),
        user("reopen", 2, "r", 1),
        user("link", "g", "d/l"),
        user("link", "g", "l"),
        user("open", 2, "wcx", "d/new", 0644),
        user("mkdir", "d/new", 0755),
        user("symlink", "x", "d/new"),
        user("mknod", "d/new", 010644),
        user("unlink", "d/f"),
        user("rename", "d/f", "f"),
        user("list", "e"),
        user("truncate", "g", 0),
        user("utime", "d/f", 1, 1),
        user("read", 1, 1, 0));
  }

  @Test
  void setGroupIdOfADirectoryThatIsOpenedSince() {
    compare(
        "mkdir -m 777 d; mkdir -m 777 e",
        user("stat", "d"),
        user("stat", "e"),
        root("chmod", "d", 02777),
        root("chown", "e", 0, 2000),
        root("chmod", "e", 02777),
        user("open", 1, "wcx", "d/f", 02755),
        user("open", 1, "wcx", "e/f", 02755),
        user("mknod", "d/n", 0102755),
        user("mknod", "e/n", 0102755),
        user("mkdir", "d/s", 0755),
        user("stat", "d/f"),
        user("stat", "e/f"),
        user("stat", "d/n"),
        user("stat", "e/n"),
        user("stat", "d/s"));
  }

  @Test
  void bySupplementaryGroup() {
    compare(
        """
        mkdir -m 770 d; mkdir -m 750 r; echo x >d/f; echo x >r/f; echo x >d/g; chmod 660 d/f; chmod 640 r/f d/g
        chgrp -R 2000 d r; mkdir -m 1770 t; chgrp 2000 t; touch t/f
        """,
        user("open", 1, "wcx", "d/new", 0644),
        user("mkdir", "d/sub", 0755),
        user("open", 2, "+", "d/f"),
        user("write", 2, 10),
        user("open", 3, "r", "r/f"),
        user("open", 3, "w", "r/f"),
        user("open", 3, "wcx", "r/new", 0644),
        user("list", "r"),
        user("rename", "d/f", "d/h"),
        user("unlink", "d/g"),
        user("chmod", "d/new", 02755),
        user("chown", "d/new", -1, 2000),
        user("chmod", "d/new", 02755),
        user("stat", "d/new"),
        user("truncate", "d/h", 3),
        user("unlink", "t/f"),
        user("link", "d/h", "t/l"),
        user("symlink", "x", "t/s"),
        user("rmdir", "d/sub"));
  }

  @TestFactory
  Stream<DynamicTest> others() {
    return Stream.of(CAPABLE, ROOT_WITHOUT_CAPS, ROOT, ROOT_OF_ITS_OWN)
        .map(
            who ->
                DynamicTest.dynamicTest(
                    String.join(" ", who),
                    () -> withEach(options -> compare(options, who, FOREIGN, AS_OTHERS))));
  }

  private static final String FOREIGN =
      """
      mkdir -m 700 theirs mine; mkdir -m 1777 t; for d in theirs mine t; do echo x >$d/f; chmod 600 $d/f; echo y >$d/g; done
      cp /bin/true t/x; chmod 711 t/x
      chown -R 1001:1001 theirs t/g; chown -R 1000:1000 mine t/x; chmod 4755 t/g; chmod 000 mine/f; chmod 2745 mine/g
      setfattr -n trusted.a -v 1 t/f; setfattr -n user.b -v 2 t/f
      """;

  private static final Object[][] AS_OTHERS = {
    user("list", "theirs"),
    user("open", 1, "+", "theirs/f"),
    user("open", 2, "wcx", "theirs/new", 0644),
    user("open", 2, "r", "mine/f"),
    user("open", 3, "+", "mine/f"),
    user("chmod", "mine/f", 0400),
    user("chmod", "mine/g", 02755),
    user("chown", "mine/f", 1001, 1001),
    user("chown", "theirs/f", 1000, 1000),
    user("open", 4, "w", "t/g"),
    user("write", 4, 10),
    user("stat", "t/g"),
    user("truncate", "t/g", 1),
    user("stat", "t/g"),
    user("open", 5, "w", "mine/g"),
    user("write", 5, 10),
    user("stat", "mine/g"),
    user("unlink", "t/g"),
    user("mknod", "t/dev", 020600, 1, 3),
    user("mknod", "t/fifo", 010600),
    user("link", "t/f", "t/l"),
    user("utime", "t/f", 1, 1),
    user("open", 6, "r", "t/x"),
    user("fsetflags", 6, 0x80010),
    user("fsetflags", 6, 0x80000),
    user("fsetxattr", 6, "trusted.x", "1"),
    user("fsetxattr", 6, "security.x", "1"),
    user("fsetxattr", 6, "user.x", "1"),
  };

  /** Whose rights count is not what the request says alone. */
  @Test
  void namesOfTrustedAttributesAreShownByCapability() {
    for (String[] who : List.of(CAPABLE, ROOT_WITHOUT_CAPS, ROOT, ROOT_OF_ITS_OWN)) {
      try (StackMount mount = new StackMount()) {
        String before =
            "chmod 755 .; echo x >f; setfattr -n trusted.a -v 1 f; setfattr -n user.b -v 2 f";
        Sh.script(mount.source, before).succeeds();
        String script = "getfattr -d -m - f; getfattr -n trusted.a f; setfattr -x trusted.a f";
        Sh native_ = Sh.script(mount.source, script, who);
        Sh.script(mount.source, "setfattr -n trusted.a -v 1 f").succeeds();
        assertThat(Sh.script(mount.mnt, script, who)).isEqualTo(native_);
      }
    }
  }

  @Test
  void whoMayExecuteNeedNotRead() {
    try (StackMount mount = new StackMount()) {
      String before =
          "chmod 755 .; cp /bin/true t; chmod 711 t; cp t no; chmod 710 no; cp t g; chmod 710 g;"
              + " chgrp 2000 g";
      Sh.script(mount.source, before).succeeds();
      String script = "./t; echo $?; ./no; echo $?; ./g; echo $?; cat t | wc -c";
      Sh expected = Sh.script(mount.source, script, USER);
      assertThat(Sh.script(mount.mnt, script, USER)).isEqualTo(expected);
      assertThat(expected.output()).startsWith("0\n");
    }
  }
}
