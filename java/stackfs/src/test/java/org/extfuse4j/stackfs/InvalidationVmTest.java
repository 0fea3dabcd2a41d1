// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every changing operation: with everything cached, make a change through the mount, and stat every
 * name there is, was or could be. Each answer must be the source's own, to the nanosecond, and the
 * second time around the kernel must give them all.
 */
@Tag("vm")
class InvalidationVmTest {
  private static final String LONG = "L".repeat(100);
  private static final String LONG_NEW = "N".repeat(200);

  private static final Map<String, Object[][]> CASES = new LinkedHashMap<>();

  private static void add(String name, Object[]... calls) {
    CASES.put(name, calls);
  }

  /** A system call. A first word such as "!EEXIST" says how it must fail. */
  private static Object[] call(Object... words) {
    return words;
  }

  static {
    add("chmod", call("chmod", "f", 0751));
    add("chmod of a directory", call("chmod", "d", 0711));
    add("chmod by another link", call("chmod", "d/g2", 0604));
    add("chown", call("chown", "f", 12, 34), call("chown", "s", 56, 78), call("chown", "d", 9, 9));
    add("truncate", call("truncate", "f", 4), call("truncate", "g", 100_000));
    add("utimes", call("utime", "f", 1_000_000_000, 123_456_789), call("utime", "d", 5, 6));
    add("write and close", call("open", 1, "w", "f"), call("write", 1, 5000), call("close", 1));
    add(
        "write by another link",
        call("open", 1, "w", "e/g3"),
        call("write", 1, 77),
        call("close", 1));
    add("write, still open", call("open", 1, "w", "f"), call("write", 1, 5000));
    add(
        "append",
        call("open", 1, "wa", "f"),
        call("write", 1, 5),
        call("write", 1, 6),
        call("close", 1));
    add("open with O_TRUNC", call("open", 1, "wt", "f"), call("close", 1));
    add("open and close without a change", call("open", 1, "+", "f"), call("close", 1));
    add("ftruncate", call("open", 1, "w", "f"), call("ftruncate", 1, 3), call("close", 1));
    add("fallocate", call("open", 1, "w", "f"), call("fallocate", 1, 0, 9000), call("close", 1));
    add(
        "shared mapping",
        call("open", 1, "+", "f"),
        call("map-write", 1, 10),
        call("fsync", 1),
        call("close", 1));
    add("create", call("open", 1, "wcx", "new", 0640), call("close", 1));
    add("create in a directory", call("open", 1, "wc", "d/new", 0640), call("close", 1));
    add("create, written and open", call("open", 1, "wc", "d/new", 0640), call("write", 1, 99));
    add("create a long name", call("open", 1, "wc", LONG_NEW, 0640), call("close", 1));
    add("create what exists", call("!EEXIST", "open", 1, "wcx", "f", 0640));
    add("mkdir", call("mkdir", "new", 0750));
    add(
        "mkdir and fill",
        call("mkdir", "new", 0750),
        call("mkdir", "new/x", 0700),
        call("mknod", "new/in", 0100600));
    add(
        "mkdir what exists",
        call("!EEXIST", "mkdir", "d", 0750),
        call("!EEXIST", "mkdir", "f", 0750));
    add("mknod", call("mknod", "e/new", 010640), call("mknod", "new", 0100600));
    add("symlink", call("symlink", "elsewhere", "new"), call("symlink", "f", "d/" + LONG_NEW));
    add("link", call("link", "f", "new"));
    add("link into another directory", call("link", "g", "z/new"), call("link", "d/g2", LONG_NEW));
    add("link to a symlink", call("link", "s", "d/new"));
    add("link over what exists", call("!EEXIST", "link", "f", "g"));
    add("link of a directory", call("!EPERM", "link", "d", "new"));
    add("unlink", call("unlink", "f"));
    add("unlink one of three links", call("unlink", "d/g2"));
    add("unlink two of three links", call("unlink", "g"), call("unlink", "e/g3"));
    add("unlink a long name", call("unlink", LONG));
    add("unlink a symlink and a fifo", call("unlink", "s"), call("unlink", "p"));
    add("unlink while open", call("open", 1, "+", "f"), call("unlink", "f"), call("write", 1, 10));
    add(
        "unlink and make anew",
        call("unlink", "f"),
        call("open", 1, "wcx", "f", 0600),
        call("close", 1));
    add("unlink a directory", call("!EISDIR", "unlink", "d"), call("!ENOENT", "unlink", "new"));
    add("rmdir", call("rmdir", "z"));
    add("rmdir and make anew", call("rmdir", "z"), call("mkdir", "z", 0700));
    add(
        "rmdir of a full directory",
        call("!ENOTEMPTY", "rmdir", "d"),
        call("!ENOTDIR", "rmdir", "f"));
    add("rename", call("rename", "f", "new"));
    add("rename into another directory", call("rename", "f", "d/f"));
    add("rename between two directories", call("rename", "d/in", "e/in"));
    add("rename to and from long names", call("rename", "f", LONG_NEW), call("rename", LONG, "f"));
    add("rename over a file", call("rename", "f", "d/in"));
    add("rename over one of three links", call("rename", "f", "d/g2"));
    add("rename one link over another", call("rename", "g", "d/g2"));
    add(
        "rename over an open file",
        call("open", 1, "+", "d/in"),
        call("rename", "f", "d/in"),
        call("write", 1, 3));
    add("rename a directory", call("rename", "d", "new"));
    add("rename a directory into another", call("rename", "d", "e/x"));
    add("rename a directory over an empty one", call("rename", "d", "z"));
    add("rename over a full directory", call("!ENOTEMPTY", "rename", "z", "d"));
    add("rename of nothing", call("!ENOENT", "rename", "new", "f"));
    add("rename a directory into itself", call("!EINVAL", "rename", "d", "d/new"));
    add("rename a symlink over a file", call("rename", "s", "f"));
    add("exchange", call("exchange", "f", "d/in"));
    add("exchange two links", call("exchange", "g", "d/g2"));
    add("exchange a file and a directory", call("exchange", "d/in", "e"));
    add("exchange two directories", call("exchange", "d", "e"), call("exchange", "z", "d"));
    add("exchange with a long name", call("exchange", LONG, "e/g3"));
    add("exchange with nothing", call("!ENOENT", "exchange", "f", "new"));
    add("rename without replacing", call("rename-noreplace", "f", "e/new"));
    add("rename without replacing what exists", call("!EEXIST", "rename-noreplace", "f", "g"));
  }

  private static CachedMount m;

  @BeforeAll
  static void mount() {
    m = new CachedMount();
  }

  @AfterAll
  static void unmount() {
    m.close();
  }

  /** Every name that a case could touch, whether it is there or not. */
  private static List<Object[]> everything() {
    List<String> top = List.of("f", "g", "s", "p", "d", "e", "z", "new", LONG, LONG_NEW);
    List<String> paths = new ArrayList<>(top);
    paths.add(".");
    for (String directory : List.of("d", "e", "z", "new", "e/x")) {
      for (String name : List.of("in", "f", "g2", "g3", "x", "new", LONG_NEW)) {
        paths.add(directory + "/" + name);
      }
    }
    return paths.stream().map(path -> new Object[] {"stat", path}).toList();
  }

  private static final Object[][] WORLD = {
    call("open", 9, "wc", "f", 0644),
    call("write", 9, 10),
    call("close", 9),
    call("mkdir", "d", 0755),
    call("mkdir", "e", 0755),
    call("mkdir", "z", 0755),
    call("mknod", "g", 0100600),
    call("link", "g", "d/g2"),
    call("link", "g", "e/g3"),
    call("mknod", "d/in", 0100644),
    call("symlink", "f", "s"),
    call("mknod", "p", 010600),
    call("mknod", LONG, 0100444)
  };

  private static final List<Object[]> LISTS =
      Stream.of(".", "d", "e", "z", "new").map(path -> call("list", path)).toList();

  @TestFactory
  Stream<DynamicTest> everyChange() {
    return CASES.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> change(e.getKey(), e.getValue())));
  }

  private static void change(String name, Object[][] calls) {
    String folder = m.mount.source + "/" + name;
    m.source.ok("mkdir", folder, 0755);
    m.source.ok("chdir", folder);
    for (Object[] make : WORLD) {
      m.source.ok(make);
    }
    m.mnt.ok("chdir", m.mount.mnt + "/" + name);
    List<Object[]> stats = everything();
    m.mnt.runAll(stats);
    m.mnt.runAll(LISTS);
    assertThat(missesOf(stats)).as("LOOKUP and GETATTR sent up when all is warm").isZero();

    boolean open = false;
    for (Object[] call : calls) {
      if (call[0].toString().startsWith("!")) {
        Object[] failing = List.of(call).subList(1, call.length).toArray();
        m.mnt.fails(call[0].toString().substring(1), failing);
      } else {
        m.mnt.ok(call);
      }
      open = call[0].equals("open") || (open && !call[0].equals("close"));
      // After each: nothing in between may be seen either.
      assertThat(m.mnt.runAll(stats))
          .as("after %s", List.of(call))
          .isEqualTo(m.source.runAll(stats));
      assertThat(m.mnt.runAll(LISTS))
          .as("names after %s", List.of(call))
          .isEqualTo(m.source.runAll(LISTS));
    }
    if (open) {
      m.mnt.ok("close", 1);
    }
    // RELEASE comes after close() has returned; until then the file counts as open.
    StackMount.await("all is answered in the kernel", () -> missesOf(stats) == 0);
    assertThat(m.mnt.runAll(stats)).as("from the kernel").isEqualTo(m.source.runAll(stats));
  }

  /** Asks for everything, and returns how many LOOKUP and GETATTR went up for it. */
  private static long missesOf(List<Object[]> stats) {
    long before = m.misses();
    List<String> answers = m.mnt.runAll(stats);
    assertThat(answers).isEqualTo(m.source.runAll(stats));
    return m.misses() - before;
  }
}
