// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.stackfs.node.PathFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The daemon reaches an object that it has no descriptor of any more, and never another one,
 * whatever has become of names meanwhile: over a source with file handles and over one without.
 *
 * <p>What keeps an object in use is an O_PATH descriptor of the test: the kernel asks for its
 * attributes by its nodeid, without a lookup that would find it anew.
 */
class DescriptorsTest {

  enum Backing {
    DISK(null),
    OVERLAY("");

    private final String lower;

    Backing(String lower) {
      this.lower = lower;
    }

    boolean hasHandles() {
      return this == DISK;
    }

    String lower() {
      return lower;
    }
  }

  static final class Fixture implements AutoCloseable {
    final StackMount mount;
    final FsOp source;
    final FsOp mnt;
    private final FsOp other;
    private final int others;

    Fixture(Backing backing) {
      this(backing, backing.lower);
    }

    Fixture(Backing backing, String lower) {
      this(layers(lower), backing.hasHandles(), PathFds.LIMIT);
    }

    private static StackMount.Options layers(String lower) {
      StackMount.Options options = new StackMount.Options();
      options.lower = lower;
      return options;
    }

    Fixture(StackMount.Options options, boolean hasHandles, int limit) {
      mount = new StackMount(options);
      mount.fs.mounted.fds.limit(limit);
      others = limit + 32;
      assertThat(mount.fs.mounted.source.hasHandles()).isEqualTo(hasHandles);
      source = new FsOp(mount.source);
      mnt = new FsOp(mount.mnt);
      other = new FsOp(mount.mnt);
      source.ok("mkdir", "others", 0755);
      source.ok("many", "others/f", others);
    }

    /** No node of the test's has a descriptor then, if it is not pinned. */
    void evict() {
      other.ok("stat-many", "others/f", others);
    }

    /** What the test's descriptor shows is what the source has by this name. */
    void same(int number, String name) {
      assertThat(mnt.ok("fstat", number)).as(name).isEqualTo(source.ok("stat", name));
    }

    @Override
    public void close() {
      other.close();
      mnt.close();
      source.close();
      mount.close();
    }
  }

  static long allDescriptors() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.count();
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyMoreNodesThanDescriptors(Backing backing) throws IOException {
    try (Fixture t = new Fixture(backing)) {
      t.source.ok("mkdir", "d", 0755);
      t.source.ok("mkdir", "d/e", 0755);
      t.source.ok("many", "d/e/f", 5000);
      t.mnt.ok("stat-many", "d/e/f", 5000);
      assertThat(t.mount.fs.nodes()).isGreaterThan(5000);
      assertThat(allDescriptors()).isLessThan(1024);
      for (int i = 0; i < 60; i++) {
        t.mnt.ok("open", i, "p", "d/e/f" + 80 * i);
      }
      t.evict();
      for (int i = 0; i < 60; i++) {
        t.same(i, "d/e/f" + 80 * i);
      }
      assertThat(allDescriptors()).isLessThan(1024);
    }
  }

  @ParameterizedTest
  @EnumSource
  void directoriesAreRenamed(Backing backing) {
    try (Fixture t = new Fixture(backing);
        FsOp inside = new FsOp(t.mount.mnt)) {
      for (String dir : List.of("a", "a/b", "a/b/c", "z")) {
        t.mnt.ok("mkdir", dir, 0755);
      }
      t.mnt.ok("open", 0, "wc", "a/b/c/f", 0644);
      t.mnt.ok("open", 1, "p", "a/b/c/f");
      inside.ok("chdir", "a/b/c");
      t.evict();
      t.mnt.ok("rename", "a/b", "z/b2");
      t.evict();
      t.same(1, "z/b2/c/f");
      t.mnt.ok("rename", "z", "y");
      t.evict();
      t.mnt.ok("rename", "a", "z");
      t.evict();
      assertThat(inside.ok("stat", ".")).isEqualTo(t.source.ok("stat", "y/b2/c"));
      inside.ok("open", 0, "wc", "g", 0600);
      t.evict();
      inside.ok("rename", "f", "f2");
      t.evict();
      t.same(1, "y/b2/c/f2");
      t.mnt.ok("write", 0, 100);
      t.same(1, "y/b2/c/f2");
      assertThat(t.source.ok("stat", "y/b2/c/g")).startsWith("100600 ");
      inside.ok("chdir", "/");
    }
  }

  @ParameterizedTest
  @EnumSource
  void exchangedNames(Backing backing) {
    try (Fixture t = new Fixture(backing)) {
      t.mnt.ok("mkdir", "a", 0755);
      t.mnt.ok("mkdir", "b", 0700);
      t.mnt.ok("mkdir", "b/d", 0711);
      t.mnt.ok("many", "a/f", 2);
      t.mnt.ok("many", "b/d/f", 1);
      t.mnt.ok("open", 0, "p", "a/f0");
      t.mnt.ok("open", 1, "p", "a/f1");
      t.mnt.ok("open", 2, "p", "b/d");
      t.mnt.ok("open", 3, "p", "b/d/f0");
      t.evict();
      t.mnt.ok("exchange", "a/f0", "b/d");
      t.evict();
      t.same(0, "b/d");
      t.same(1, "a/f1");
      t.same(2, "a/f0");
      t.same(3, "a/f0/f0");
      t.evict();
      t.mnt.ok("exchange", "a", "b");
      t.mnt.ok("exchange", "b/f1", "b/f0/f0");
      t.evict();
      t.same(0, "a/d");
      t.same(1, "b/f0/f0");
      t.same(2, "b/f0");
      t.same(3, "b/f1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneOfTwoLinksGoesAway(Backing backing) {
    try (Fixture t = new Fixture(backing)) {
      t.mnt.ok("mkdir", "d", 0755);
      for (String[] names : new String[][] {{"f", "g"}, {"g", "f"}, {"d/f", "f"}, {"f", "d/f"}}) {
        t.mnt.ok("open", 0, "wc", names[0], 0644);
        t.mnt.ok("link", names[0], names[1]);
        t.mnt.ok("open", 1, "p", names[0]);
        t.evict();
        t.mnt.ok("unlink", names[0]);
        t.evict();
        t.same(1, names[1]);
        t.mnt.ok("stat", names[1]);
        t.evict();
        t.mnt.ok("rename", names[1], "d/elsewhere");
        t.evict();
        t.same(1, "d/elsewhere");
        t.mnt.ok("open", 2, "wc", "new", 0644);
        t.mnt.ok("rename", "new", "d/elsewhere");
        t.evict();
        assertThat(t.mnt.ok("fstat", 1)).startsWith("100644 0 ");
        t.mnt.ok("write", 0, 77);
        assertThat(t.mnt.ok("fstat", 1)).startsWith("100644 0 0 0 77 ");
        t.mnt.ok("unlink", "d/elsewhere");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreLostNamesThanArePinned(Backing backing) throws IOException {
    int files = 2 * PathFds.LIMIT;
    try (Fixture t = new Fixture(backing)) {
      t.mnt.ok("mkdir", "d", 0755);
      t.mnt.ok("many", "f", files);
      String names = "for (0..%d) { %%s }".formatted(files - 1);
      String perl = "perl -e '" + names + "'";
      Sh.script(t.mount.mnt, perl.formatted("link \"f$_\", \"d/g$_\" or die $!")).succeeds();
      t.mnt.ok("stat-many", "d/g", files);
      Sh.script(t.mount.mnt, perl.formatted("unlink \"d/g$_\" or die $!")).succeeds();
      assertThat(allDescriptors()).isLessThan(1024);
      t.mnt.ok("stat-many", "f", files);
      assertThat(StackMount.tree(t.mount.mnt)).isEqualTo(StackMount.tree(t.mount.source));
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreDeletedOpenFilesThanArePinned(Backing backing) throws IOException {
    int files = 3 * PathFds.PINNED_LIMIT;
    try (Fixture t = new Fixture(backing)) {
      String script =
          """
          perl -e '
            for (1..%1$d) { open my $f, "+>", "f$_" or die $!; push @f, $f; }
            for (1..%1$d) { unlink "f$_" or die "unlink $!"; }
            for (1, 2) {
              for (@f) {
                (@s = stat $_) && $s[3] == 0 or die "stat $! @s";
                chmod 0600 | $s[7], $_ or die "chmod $!";
                syswrite $_, "x" or die "write $!";
                (@s = stat $_) && $s[7] > 0 or die "size $s[7]";
              }
            }
            open my $again, "<", "/proc/self/fd/" . fileno($_) or die "again $!" for @f;'
          ls -A | wc -l
          """;
      assertThat(Sh.script(t.mount.mnt, script.formatted(files)).succeeds()).isEqualTo("1\n");
      assertThat(allDescriptors()).isLessThan(1024);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deletedAndMadeAgainBehindItsBack(Backing backing) {
    try (Fixture t = new Fixture(backing)) {
      boolean reused = false;
      for (int i = 0; i < 3 || (!reused && i < 50); i++) {
        t.source.ok("open", 0, "wc", "f", 0644);
        t.source.ok("close", 0);
        t.source.ok("mkdir", "d", 0755);
        t.mnt.ok("open", 1, "p", "f");
        t.mnt.ok("open", 2, "p", "d");
        String inode = t.source.stat("f", "ino");
        t.evict();
        t.source.ok("unlink", "f");
        t.source.ok("rmdir", "d");
        t.source.ok("open", 0, "wc", "f", 0600);
        t.source.ok("write", 0, 5);
        t.source.ok("close", 0);
        t.source.ok("mkdir", "d", 0700);
        reused |= t.source.stat("f", "ino").equals(inode);
        t.mnt.fails("ESTALE", "fstat", 1);
        t.mnt.fails("ESTALE", "fstat", 2);
        assertThat(t.mnt.ok("stat", "f")).isEqualTo(t.source.ok("stat", "f"));
        assertThat(t.mnt.ok("stat", "d")).isEqualTo(t.source.ok("stat", "d"));
        t.mnt.fails("ESTALE", "fstat", 1);
        t.mnt.ok("unlink", "f");
        t.mnt.ok("rmdir", "d");
      }
      assertThat(reused).as("an inode number was used again").isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void renamedBehindItsBack(Backing backing) {
    try (Fixture t = new Fixture(backing)) {
      t.mnt.ok("mkdir", "a", 0755);
      t.mnt.ok("many", "a/f", 2);
      t.mnt.ok("open", 0, "p", "a/f0");
      t.evict();
      t.source.ok("rename", "a", "b");
      if (!backing.hasHandles()) {
        t.mnt.fails("ESTALE", "fstat", 0);
      }
      t.mnt.ok("stat", "b/f0");
      t.evict();
      t.same(0, "b/f0");
      t.source.ok("exchange", "b/f0", "b/f1");
      t.evict();
      if (!backing.hasHandles()) {
        t.mnt.fails("ESTALE", "fstat", 0);
      }
      t.mnt.ok("stat", "b/f1");
      t.evict();
      t.same(0, "b/f1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesThatGoRoundInACircle(Backing backing) {
    try (Fixture t = new Fixture(backing);
        FsOp inside = new FsOp(t.mount.mnt)) {
      t.mnt.ok("mkdir", "a", 0755);
      t.mnt.ok("mkdir", "a/b", 0755);
      inside.ok("chdir", "a/b");
      t.source.ok("rename", "a/b", "b");
      t.source.ok("rename", "a", "b/a");
      // For the kernel a still is above b, but the daemon has seen a in b, and b in a before.
      inside.fails("ELOOP", "stat", "a");
      t.evict();
      if (!backing.hasHandles()) {
        inside.fails("ESTALE", "stat", ".");
      }
      t.mnt.ok("stat", "b");
      t.evict();
      assertThat(inside.ok("stat", ".")).isEqualTo(t.source.ok("stat", "b"));
      inside.ok("chdir", "/");
    }
  }

  @Test
  void copiedUp() {
    String lower = "mkdir -p d/e/g && echo text > d/e/f && echo text > d/e/h";
    try (Fixture t = new Fixture(Backing.OVERLAY, lower)) {
      t.mnt.ok("open", 0, "p", "d/e/f");
      t.mnt.ok("open", 1, "p", "d/e");
      t.mnt.ok("open", 2, "p", "d/e/g");
      t.mnt.ok("open", 3, "r", "d/e/h");
      t.evict();
      t.mnt.ok("chmod", "d/e/f", 0600);
      t.evict();
      t.same(0, "d/e/f");
      t.same(1, "d/e");
      t.same(2, "d/e/g");
      t.mnt.ok("open", 4, "w", "d/e/h");
      t.evict();
      t.mnt.ok("write", 4, 9);
      t.same(3, "d/e/h");
      t.same(4, "d/e/h");
      t.mnt.ok("unlink", "d/e/h");
      t.evict();
      assertThat(t.mnt.stat("d/e/f", "size")).isEqualTo("5");
      assertThat(t.mnt.ok("fstat", 4)).contains(" 9 ");
      t.mnt.ok("rename", "d/e/f", "f");
      t.evict();
      t.same(0, "f");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whileNamesChangeInAStorm(Backing backing) {
    try (Fixture t = new Fixture(backing);
        FsOp one = new FsOp(t.mount.mnt);
        FsOp two = new FsOp(t.mount.mnt)) {
      t.source.ok("mkdir", "0", 0755);
      t.source.ok("mkdir", "1", 0755);
      long before = StackMount.descriptorsOfFiles();
      one.begin("storm", ".", 1, 3);
      two.begin("storm", ".", 2, 3);
      long end = System.nanoTime() + 2_000_000_000L;
      while (System.nanoTime() < end) {
        t.evict();
      }
      assertThat(List.of(one.answer(), two.answer())).allMatch(answer -> answer.startsWith("ok "));
      assertThat(StackMount.tree(t.mount.mnt)).isEqualTo(StackMount.tree(t.mount.source));
      one.ok("chdir", "/");
      two.ok("chdir", "/");
      t.mnt.ok("chdir", "/");
      t.other.ok("chdir", "/");
      t.mount.shrink();
      StackMount.await("only the root is left", () -> t.mount.fs.nodes() == 1);
      StackMount.await(
          "descriptors are back to " + before, () -> StackMount.descriptorsOfFiles() <= before);
    }
  }
}
