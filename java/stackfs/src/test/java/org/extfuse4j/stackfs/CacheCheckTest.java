// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.cache.MadeMaps;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.stackfs.CacheCheck.Difference;
import org.extfuse4j.stackfs.CacheCheck.Summary;
import org.extfuse4j.stackfs.source.SourceObjects;
import org.extfuse4j.stackfs.source.SourceObjects.Directory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the maps is compared with a directory; here both are made by the test. */
class CacheCheckTest {
  @TempDir Path dir;

  private final MadeMaps maps =
      new MadeMaps(Path.of("/sys/fs/bpf/check-test-" + ProcessHandle.current().pid()), 1 << 10);
  private final Map<Long, Directory> tree = new TreeMap<>();

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(dir.resolve("source/d/e"));
    Files.writeString(dir.resolve("source/d/e/f"), "text");
    Files.createLink(dir.resolve("source/d/hard"), dir.resolve("source/d/e/f"));
    Files.createSymbolicLink(dir.resolve("source/d/link"), Path.of("e"));
    try (SourceObjects objects = new SourceObjects(dir.resolve("source"))) {
      maps.attr(1, objects.root().attr());
      cache(objects, 1, "d", 2);
      cache(objects, 2, "e", 3);
      cache(objects, 3, "f", 4);
      cache(objects, 2, "hard", 4);
      cache(objects, 2, "link", 5);
    }
    maps.entry(3, "none", 0);
  }

  private void cache(SourceObjects objects, long parent, String name, long nodeid) {
    maps.entry(parent, name, nodeid);
    maps.attr(nodeid, objects.look(objects.open(tree::get, parent), name).attr());
    tree.put(nodeid, new Directory(parent, name));
  }

  @AfterEach
  void close() {
    maps.close();
  }

  private final List<String> differences = new ArrayList<>();

  private Summary check() {
    differences.clear();
    try (PinnedCache cache = PinnedCache.open(maps.directory())) {
      return CacheCheck.run(cache, dir.resolve("source"), d -> differences.add(text(d)));
    }
  }

  private static String text(Difference d) {
    return String.join("/", d.names())
        + ": "
        + d.field()
        + " of "
        + d.nodeid()
        + ": "
        + d.cached()
        + ", "
        + d.source();
  }

  @Test
  void whatIsSoIsNotReported() {
    assertThat(check()).isEqualTo(new Summary(6, 5, 0, 0, 0, 0));
    assertThat(differences).isEmpty();
  }

  @Test
  void sealsThatDoNotFitAreFound() {
    maps.tear(2, "e");
    maps.tear(4);
    Summary summary = check();
    // What is below e has no path any more; the file has another name.
    assertThat(differences)
        .containsExactlyInAnyOrder("d/e: seal of 4: torn, -", "d/hard: seal of 4: torn, -");
    assertThat(summary).isEqualTo(new Summary(4, 4, 2, 0, 3, 0));
    maps.tear(2, "hard");
    check();
    assertThat(differences).contains(": seal of 4: torn, -");
  }

  @Test
  void attributesThatAreNotSoAreFound() throws IOException {
    Files.writeString(dir.resolve("source/d/e/f"), "longer text");
    Files.setAttribute(dir.resolve("source/d/e"), "unix:mode", 0700);
    Summary summary = check();
    assertThat(differences)
        .anyMatch(d -> d.matches("d/(e/f|hard): size of 4: 4, 11"))
        .anyMatch(d -> d.matches("d/(e/f|hard): mtime of 4: .*"))
        .anyMatch(d -> d.equals("d/e: mode of 3: 40755, 40700"))
        .anyMatch(d -> d.startsWith("d/e: ctime of 3: "))
        .noneMatch(d -> d.contains("ino"));
    assertThat(summary.differences()).isEqualTo(differences.size());
  }

  @Test
  void namesThatAreNotSoAreFound() throws IOException {
    Files.createFile(dir.resolve("source/d/e/none"));
    Files.delete(dir.resolve("source/d/link"));
    Files.delete(dir.resolve("source/d/hard"));
    Files.createFile(dir.resolve("source/d/hard"));
    check();
    assertThat(differences)
        .anyMatch(d -> d.startsWith("d/e/none: name of 0: no such name, inode "))
        .contains("d/link: name of 5: nodeid 5, ENOENT")
        .anyMatch(d -> d.startsWith("d/hard: ino of 4: "));
  }

  @Test
  void aDirectoryThatIsALinkNowIsNotFollowed() throws IOException {
    Files.move(dir.resolve("source/d/e"), dir.resolve("source/e"));
    Files.createSymbolicLink(dir.resolve("source/d/e"), Path.of("../e"));
    check();
    assertThat(differences)
        .contains("d/e/f: name of 4: nodeid 4, ENOTDIR")
        .noneMatch(d -> d.startsWith("d/e/none"));
  }

  @Test
  void whatIsNotAnsweredCannotBeWrong() throws IOException {
    maps.mark(4);
    maps.mark(2, "link");
    maps.entry(3, "none", 0, Expiry.in(0));
    Files.createFile(dir.resolve("source/d/e/none"));
    Files.writeString(dir.resolve("source/d/e/f"), "longer text");
    Files.delete(dir.resolve("source/d/link"));
    maps.mark(3);
    maps.mark(2);
    Summary summary = check();
    assertThat(differences).isEmpty();
    // The root; d, e, f and two names; and the link's attributes, which no name leads to.
    assertThat(summary).isEqualTo(new Summary(4, 1, 0, 5, 1, 0));
    maps.flush();
    assertThat(check()).isEqualTo(new Summary(0, 0, 0, 11, 0, 0));
  }

  @Test
  void accessTimesAreCounted() throws IOException {
    Files.setAttribute(dir.resolve("source/d/e/f"), "lastAccessTime", FileTime.fromMillis(1));
    NodeAttr attr;
    try (SourceObjects objects = new SourceObjects(dir.resolve("source"))) {
      attr = objects.look(objects.open(tree::get, 3), "f").attr();
    }
    maps.attr(4, attr);
    assertThat(check().atimes()).isZero();
    maps.attr(4, withAtime(attr, 5));
    assertThat(check()).isEqualTo(new Summary(6, 5, 0, 0, 0, 1));
  }

  private static NodeAttr withAtime(NodeAttr a, long atime) {
    return new NodeAttr(
        a.ino(),
        a.size(),
        a.blocks(),
        atime,
        a.mtime(),
        a.ctime(),
        a.atimensec(),
        a.mtimensec(),
        a.ctimensec(),
        a.mode(),
        a.nlink(),
        a.uid(),
        a.gid(),
        a.rdev(),
        a.blkbits());
  }

  @Test
  void anotherDirectoryInItsPlaceIsRefused() throws IOException {
    Files.move(dir.resolve("source"), dir.resolve("moved"));
    Files.createDirectory(dir.resolve("source"));
    assertThatThrownBy(this::check)
        .isInstanceOf(StackFsException.class)
        .hasMessageContaining("is not the directory that is mounted");
  }
}
