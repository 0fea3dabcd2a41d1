// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.util.ArrayList;
import java.util.List;

/** What is done, in a directory made for it, while a call of the daemon fails. */
enum FaultScenario {
  CREATE(
      op("open", 0, "wcx", "new", 0644),
      op("write", 0, 100),
      op("fstat", 0),
      op("close", 0),
      op("open", 0, "wc", "new", 0600),
      op("close", 0),
      op("mkdir", "made", 0750),
      op("mknod", "made/node", 010640),
      op("symlink", "target", "made/link"),
      op("readlink", "made/link"),
      op("link", "f0", "made/hard"),
      op("stat", "made/hard")),
  WRITE(
      op("open", 1, "+", "f0"),
      op("write", 1, 5000),
      op("read", 1, 100, 50),
      op("fallocate", 1, 0, 9000),
      op("ftruncate", 1, 7000),
      op("fsync", 1),
      op("open", 2, "r", "f1"),
      op("copy", 2, 1, 0),
      op("fstat", 1),
      op("close", 2),
      op("close", 1),
      op("truncate", "f1", 12)),
  MAPPED(
      op("open", 1, "+", "f0"),
      op("ftruncate", 1, 9000),
      op("map-write", 1, 9000),
      op("fsync", 1),
      op("close", 1),
      op("open", 1, "a", "f0"),
      op("close", 1)),
  RENAME(
      op("open", 1, "p", "f0"),
      op("rename", "f0", "g"),
      op("fstat", 1),
      op("rename", "g", "f1"),
      op("fstat", 1),
      op("exchange", "f1", "d"),
      op("fstat", 1),
      op("rename-noreplace", "d", "h"),
      op("rename-noreplace", "h", "f2"),
      op("stat", "f1/in"),
      op("close", 1)),
  UNLINK(
      op("open", 1, "+", "f0"),
      op("link", "f1", "l"),
      op("unlink", "f0"),
      op("write", 1, 10),
      op("fstat", 1),
      op("close", 1),
      op("unlink", "l"),
      op("stat", "f1"),
      op("unlink", "d/in"),
      op("rmdir", "d"),
      op("rmdir", "f2")),
  LIST(
      op("list", "."),
      op("list", "d"),
      op("opendir", 1, "."),
      op("readdir", 1),
      op("rest", 1),
      op("rewinddir", 1),
      op("rest", 1),
      op("closedir", 1),
      op("seek", ".")),
  ATTRIBUTES(
      op("chmod", "f0", 0604),
      op("chown", "f0", 1, 2),
      op("utime", "f0", 5, 6),
      op("chmod", "d", 0701),
      op("access", "f0", 4),
      op("xattr-set", "f0", "user.a", "one"),
      op("xattr-get", "f0", "user.a"),
      op("xattr-set", "f0", "user.b", "two"),
      op("xattr-list", "f0"),
      op("xattr-remove", "f0", "user.a"),
      op("xattr-get", "f0", "user.b"),
      op("stat", "f0"),
      op("stat-fresh", "d")),
  STORM(
      op("many", "m", 12),
      op("stat-many", "m", 12),
      op("open", 1, "r", "m1"),
      op("open", 2, "r", "m2"),
      op("open", 3, "w", "m3"),
      op("close", 1),
      op("close", 2),
      op("close", 3),
      op("open", 1, "+t", "f0"),
      op("close", 1));

  @SuppressWarnings("ImmutableEnumChecker")
  private final Object[][] operations;

  FaultScenario(Object[]... operations) {
    this.operations = operations;
  }

  private static Object[] op(Object... words) {
    return words;
  }

  /** Makes the directory and what is to be in it, and leaves the process in it. */
  static void prepare(FsOp at, String directory) {
    at.ok("mkdir", directory, 0755);
    at.ok("chdir", directory);
    at.ok("many", "f", 3);
    at.ok("truncate", "f1", 3000);
    at.ok("mkdir", "d", 0755);
    at.ok("many", "d/in", 1);
    at.ok("rename", "d/in0", "d/in");
  }

  /** What each operation answers, without what differs from file to file. */
  List<String> run(FsOp at) {
    List<String> answers = new ArrayList<>();
    for (Object[] operation : operations) {
      String answer = at.run(operation);
      String[] values = answer.split(" ", -1);
      boolean stat = values.length == 10;
      answers.add(stat ? String.join(" ", List.of(values).subList(0, 7)) : answer);
    }
    return answers;
  }

  String operation(int i) {
    return List.of(operations[i]).toString();
  }
}
