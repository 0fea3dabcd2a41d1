// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.cache.PinnedMaps.Harm;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.MountContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each handler: what it answers, what it sends up, and why. A path walk asks for the attributes of
 * the working directory too (its permissions), hence one GETATTR more than one would think.
 */
@Tag("vm")
class HandlersVmTest {
  private static final String HIT = "GETATTR ANSWERED=2, LOOKUP ANSWERED=1";
  private static final String NEGATIVE_HIT = "GETATTR ANSWERED=1, LOOKUP NEGATIVE=1";
  private static final String FIRST = "GETATTR ANSWERED=2, LOOKUP MISS_ENTRY=1 up=1";
  private static final long ROOT = NodeRegistry.ROOT_ID;
  private static final String LONG = "long".repeat(30);

  private final CachedMount m = CachedMount.asking();

  @BeforeEach
  void fill() {
    m.source.ok("many", "f", 3);
    m.source.ok("mknod", LONG, 0100644);
    m.mnt.ok("stat", ".");
  }

  @AfterEach
  void end() {
    m.close();
  }

  private String stat(String name) {
    return m.during("stat", name);
  }

  private String statNothing(String name) {
    return m.during(() -> m.mnt.fails("ENOENT", "stat", name));
  }

  private void sameAsSource(String name) {
    assertThat(m.mnt.ok("stat", name)).isEqualTo(m.source.ok("stat", name));
  }

  @Test
  void lookupAndGetattrAreAnsweredAfterTheFirst() {
    for (String name : List.of("f0", LONG)) {
      assertThat(stat(name)).isEqualTo(FIRST);
      assertThat(stat(name)).isEqualTo(HIT);
      assertThat(m.during("stat", name)).isEqualTo(HIT);
      sameAsSource(name);
    }
    m.mnt.ok("open", 1, "r", "f0");
    assertThat(m.during("fstat", 1)).isEqualTo("GETATTR ANSWERED=1");
    assertThat(m.during("stat", ".")).isEqualTo("GETATTR ANSWERED=2");
  }

  @Test
  void anotherUserGetsTheSameAnswerAndNoMore() {
    m.source.ok("mkdir", "secret", 0700);
    m.source.ok("mknod", "secret/f", 0100600);
    m.mnt.ok("stat", "secret/f");
    m.mnt.ok("stat", "f0");
    try (FsOp user =
        new FsOp(m.mount.mnt, "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups")) {
      // Whether there is an ACL has been asked when it changed to the directory.
      assertThat(m.during(() -> user.ok("stat", "f0")))
          .isEqualTo("GETATTR ANSWERED=2, GETXATTR NEGATIVE=1, LOOKUP ANSWERED=1");
      user.fails("EACCES", "stat", "secret/f");
      user.fails("EACCES", "open", 1, "w", "f0");
    }
  }

  @Test
  void whatLsAsksOfEveryFileIsAnswered() {
    // It asks for the security label and for an ACL.
    Runnable ls = () -> Sh.run("ls", "-l", m.mount.mnt.toString()).succeeds();
    ls.run();
    assertThat(m.during(ls))
        .containsPattern("GETXATTR NEGATIVE=\\d+, LOOKUP ANSWERED=\\d+, OPENDIR")
        .containsPattern("GETATTR ANSWERED=\\d+, GETXATTR");
    String label =
        "setfattr -n security.selinux -v a:b:c f0; getfattr -n security.selinux f0; ls -lZ f0";
    assertThat(Sh.script(m.mount.mnt, label).succeeds())
        .contains("security.selinux=\"a:b:c\"")
        .isEqualTo(Sh.script(m.mount.source, "ls f0 >/dev/null; " + label).succeeds());
  }

  @Test
  void namesOfEveryLength() {
    List<String> names = IntStream.rangeClosed(1, 255).mapToObj("n"::repeat).toList();
    List<Object[]> stats = names.stream().map(n -> new Object[] {"stat", n}).toList();
    List<Object[]> makes = names.stream().map(n -> new Object[] {"mknod", n, 0100600}).toList();
    Runnable none = () -> assertThat(m.mnt.runAll(stats)).containsOnly("ENOENT");
    assertThat(m.during(none)).isEqualTo("GETATTR ANSWERED=255, LOOKUP MISS_ENTRY=255 up=255");
    assertThat(m.during(none)).isEqualTo("GETATTR ANSWERED=255, LOOKUP NEGATIVE=255");

    assertThat(m.mnt.runAll(makes)).containsOnly("ok");
    List<String> expected = m.source.runAll(stats);
    assertThat(expected).doesNotHaveDuplicates();
    Runnable all = () -> assertThat(m.mnt.runAll(stats)).isEqualTo(expected);
    all.run();
    assertThat(m.during(all)).isEqualTo("GETATTR ANSWERED=510, LOOKUP ANSWERED=255");
    try (PinnedMaps maps = m.maps()) {
      assertThat(names).allSatisfy(n -> assertThat(maps.child(ROOT, n)).isPresent());
    }
  }

  @Test
  void namesTooLongForTheMapsGoUp() {
    String name = "n".repeat(256);
    for (int i = 0; i < 2; i++) {
      assertThat(m.during(() -> m.mnt.fails("ENAMETOOLONG", "stat", name)))
          .isEqualTo("GETATTR ANSWERED=1, LOOKUP MISS_ENTRY=1 up=1");
    }
  }

  @Test
  void spoiltAttributesGoUpAndAreRepaired() {
    m.mnt.ok("stat", "f0");
    m.mnt.ok("open", 1, "r", "f0");
    try (PinnedMaps maps = m.maps()) {
      long nodeid = maps.child(ROOT, "f0").orElseThrow();
      for (Harm harm : Harm.values()) {
        String why = why(harm);
        maps.harmAttr(nodeid, harm);
        assertThat(stat("f0")).isEqualTo("GETATTR ANSWERED=2, LOOKUP " + why + "=1 up=1");
        assertThat(stat("f0")).isEqualTo(HIT);
        maps.harmAttr(nodeid, harm);
        assertThat(m.during("fstat", 1)).isEqualTo("GETATTR " + why + "=1 up=1");
        assertThat(m.during("fstat", 1)).isEqualTo("GETATTR ANSWERED=1");
        sameAsSource("f0");
      }
    }
  }

  @Test
  void spoiltNamesGoUpAndAreRepaired() {
    try (PinnedMaps maps = m.maps()) {
      for (String name : List.of("f0", LONG)) {
        m.mnt.ok("stat", name);
        for (Harm harm : Harm.values()) {
          maps.harmEntry(ROOT, name, harm);
          assertThat(stat(name)).isEqualTo("GETATTR ANSWERED=2, LOOKUP " + why(harm) + "=1 up=1");
          assertThat(stat(name)).isEqualTo(HIT);
          sameAsSource(name);
        }
      }
      for (String name : List.of("nosuch", "nosuch" + LONG)) {
        m.mnt.fails("ENOENT", "stat", name);
        for (Harm harm : Harm.values()) {
          maps.harmEntry(ROOT, name, harm);
          assertThat(statNothing(name))
              .isEqualTo("GETATTR ANSWERED=1, LOOKUP " + why(harm) + "=1 up=1");
          assertThat(statNothing(name)).isEqualTo(NEGATIVE_HIT);
        }
      }
    }
  }

  private static String why(Harm harm) {
    return switch (harm) {
      case TORN -> "MISS_TORN";
      case STALE -> "MISS_STALE";
      case EXPIRED, OLD_EPOCH -> "MISS_EXPIRED";
    };
  }

  @Test
  void aFlushEmptiesEverythingAtOnce() {
    for (String name : List.of("f0", "f1", LONG)) {
      m.mnt.ok("stat", name);
    }
    statNothing("nosuch");
    m.cache.flush();
    assertThat(stat("f0"))
        .isEqualTo("GETATTR ANSWERED=1 MISS_EXPIRED=1 up=1, LOOKUP MISS_EXPIRED=1 up=1");
    assertThat(stat(LONG)).isEqualTo("GETATTR ANSWERED=2, LOOKUP MISS_EXPIRED=1 up=1");
    assertThat(statNothing("nosuch")).isEqualTo("GETATTR ANSWERED=1, LOOKUP MISS_EXPIRED=1 up=1");
    assertThat(stat("f0")).isEqualTo(HIT);
    assertThat(stat(LONG)).isEqualTo(HIT);
    assertThat(statNothing("nosuch")).isEqualTo(NEGATIVE_HIT);
  }

  @Test
  void aChangeBehindTheMountIsSeenAfterAFlush() {
    m.mnt.ok("stat", "f0");
    statNothing("new");
    m.source.ok("chmod", "f0", 0600);
    m.source.ok("mknod", "new", 0100600);
    m.source.ok("unlink", "f1");
    m.cache.flush();
    sameAsSource("f0");
    sameAsSource("new");
    m.mnt.fails("ENOENT", "stat", "f1");
  }

  @Test
  void aNameThatAppearedBehindTheMountIsUsedAndNotOverwritten() {
    for (String name : List.of("opened", "target", "other")) {
      statNothing(name);
      m.source.ok("open", 1, "wc", name, 0640);
      m.source.ok("write", 1, 7);
      m.source.ok("close", 1);
    }
    // The kernel says that there is no such file, and the daemon knows better.
    m.mnt.ok("open", 1, "+c", "opened", 0600);
    assertThat(m.mnt.ok("read", 1, 100, 0)).isEqualTo("7");
    m.mnt.ok("close", 1);
    sameAsSource("opened");
    m.mnt.fails("EEXIST", "link", "f0", "target");
    m.mnt.fails("EEXIST", "rename-noreplace", "f0", "target");
    m.mnt.ok("rename", "f0", "other");
    sameAsSource("other");
    sameAsSource(".");
    statNothing("f0");
  }

  @Test
  void aNameThatVanishedBehindTheMountIsAnError() {
    m.mnt.ok("stat", "f0");
    m.mnt.ok("stat", "f1");
    m.source.ok("unlink", "f0");
    m.source.ok("rename", "f2", "f1");
    m.mnt.fails("ENOENT", "unlink", "f0");
    statNothing("f0");
    m.mnt.ok("chmod", "f1", 0604);
    sameAsSource("f1");
    sameAsSource(".");
  }

  @Test
  void switchedOffEverythingGoesUp() {
    m.mnt.ok("stat", "f0");
    try (PinnedMaps maps = m.maps()) {
      maps.enable(false);
      assertThat(stat("f0")).isEqualTo("GETATTR PASSED=2 up=2, LOOKUP PASSED=1 up=1");
      maps.enable(true);
      assertThat(stat("f0")).isEqualTo(HIT);
    }
  }

  @Test
  void callersThatAskForTheTruthGetIt() {
    m.mnt.ok("stat", "f0");
    statNothing("nosuch");
    assertThat(m.during("stat-fresh", "f0"))
        .isEqualTo("GETATTR ANSWERED=1 up=1, LOOKUP ANSWERED=1");
    String fresh = "GETATTR ANSWERED=1, LOOKUP up=1";
    assertThat(m.during(() -> m.mnt.fails("EEXIST", "open", 1, "wcx", "f0", 0600)))
        .isEqualTo(fresh);
    assertThat(m.during(() -> m.mnt.fails("EEXIST", "mkdir", "f0", 0700))).isEqualTo(fresh);
    assertThat(m.during(() -> m.mnt.fails("EEXIST", "symlink", "x", "f0"))).isEqualTo(fresh);
    assertThat(m.during(() -> m.mnt.fails("EEXIST", "mknod", "f0", 0100600))).isEqualTo(fresh);
    // What another host made is found by a caller that insists on making it.
    m.source.ok("mkdir", "nosuch", 0755);
    assertThat(m.during(() -> m.mnt.fails("EEXIST", "mkdir", "nosuch", 0700))).isEqualTo(fresh);
    assertThat(stat("nosuch")).isEqualTo(HIT);
  }

  @Test
  void aFileThatMayBeMappedForWritingIsNotCached() {
    m.mnt.ok("stat", "f0");
    m.mnt.ok("open", 1, "+", "f0");
    String uncached = "GETATTR ANSWERED=1 MISS_STALE=1 up=1, LOOKUP MISS_STALE=1 up=1";
    for (int i = 1; i <= 3; i++) {
      m.mnt.ok("write", 1, 1000);
      assertThat(stat("f0")).isEqualTo(uncached);
      sameAsSource("f0");
      assertThat(m.mnt.stat("f0", "size")).isEqualTo(String.valueOf(1000 * i));
    }
    // A reader's fstat neither.
    m.mnt.ok("open", 2, "r", "f0");
    assertThat(m.during("fstat", 2)).isEqualTo("GETATTR MISS_STALE=1 up=1");
    m.mnt.ok("close", 1);
    StackMount.await("cached after RELEASE", () -> stat("f0").equals(HIT));
    sameAsSource("f0");
    m.mnt.ok("close", 2);
    assertThat(stat("f0")).isEqualTo(HIT);
  }

  @Test
  void aFileThatIsOnlyWrittenIsCachedBetweenItsChanges() {
    m.source.ok("open", 1, "w", "f1");
    m.source.ok("write", 1, 1000);
    m.mnt.ok("open", 2, "r", "f1");
    m.mnt.ok("stat", "f0");
    m.mnt.ok("open", 1, "w", "f0");
    assertThat(stat("f0")).isEqualTo(HIT);
    List<Object[]> changes =
        List.of(
            new Object[] {"write", 1, 1000},
            new Object[] {"write", 1, 1000},
            new Object[] {"fallocate", 1, 0, 9000},
            new Object[] {"copy", 2, 1, 100},
            new Object[] {"ftruncate", 1, 500},
            new Object[] {"chmod", "f0", 0640},
            new Object[] {"write", 1, 10});
    for (Object[] change : changes) {
      m.mnt.ok(change);
      sameAsSource("f0");
      assertThat(stat("f0")).isEqualTo(HIT);
    }
    assertThat(m.during("copy", 2, 1, 100)).contains("COPY_FILE_RANGE MARKED=1 up=1");
    sameAsSource("f0");
    m.mnt.ok("close", 1);
    StackMount.await("looked at after RELEASE", () -> !stat("f0").equals(HIT));
    assertThat(stat("f0")).isEqualTo(HIT);
    sameAsSource("f0");
  }

  @Test
  void aNewFileIsCachedUntilItIsWritten() {
    m.mnt.ok("open", 1, "wcx", "new", 0600);
    assertThat(m.during("fstat", 1)).isEqualTo("GETATTR ANSWERED=1");
    m.mnt.ok("write", 1, 100);
    assertThat(m.during("fstat", 1)).isEqualTo("GETATTR MISS_STALE=1 up=1");
    sameAsSource("new");
    m.mnt.ok("open", 2, "+", "new");
    m.mnt.ok("stat", "new");
    assertThat(m.during("fstat", 1)).isEqualTo("GETATTR MISS_STALE=1 up=1");
    m.mnt.ok("close", 1);
    m.mnt.ok("close", 2);
    StackMount.await("cached after RELEASE", () -> stat("new").equals(HIT));
  }

  @Test
  void whileItIsWrittenNobodyCachesAFile() {
    m.mnt.ok("open", 1, "w", "f0");
    m.mnt.ok("stat", "f0");
    MountContext mounted = m.mount.fs.mounted;
    StackNode node =
        PinnedMaps.held(mounted.registry).keySet().stream()
            .map(mounted.registry::get)
            .findFirst()
            .orElseThrow();
    mounted.publisher.beginChange(mounted.begin(), node);
    for (int i = 0; i < 2; i++) {
      assertThat(m.during("fstat", 1)).isEqualTo("GETATTR MISS_ATTR=1 up=1");
      m.mnt.ok("chmod", "f0", 0640);
    }
    mounted.publisher.endChange(node);
    m.mnt.ok("fstat", 1);
    assertThat(m.during("fstat", 1)).isEqualTo("GETATTR ANSWERED=1");
  }

  @Test
  void readingChangesNothing() {
    m.source.ok("open", 1, "w", "f0");
    m.source.ok("write", 1, 5000);
    m.source.ok("close", 1);
    m.mnt.ok("stat", "f0");
    m.mnt.ok("open", 1, "r", "f0");
    m.mnt.ok("read", 1, 5000, 0);
    m.mnt.ok("close", 1);
    m.mnt.ok("list", ".");
    assertThat(stat("f0")).isEqualTo(HIT);
    sameAsSource("f0");
  }
}
