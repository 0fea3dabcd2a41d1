// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.List;

/**
 * A workload. What it prints must be the same on all mounts. Those that do nothing but calls take
 * their own time, without that of starting a program, and print it in the first line.
 */
enum RunTask {
  FIND("find", "find . -type f -size +1k, over the whole tree") {
    @Override
    List<String> command(Inputs in) {
      return List.of("find", ".", "-type", "f", "-size", "+1k");
    }
  },
  STAT("stat-uniform", "lstat of names drawn at random, each by its whole path") {
    @Override
    List<String> command(Inputs in) {
      return Calls.lstat(in.uniform());
    }
  },
  ZIPF("stat-zipf", "the same, some names asked for far more often than others (Zipf, 1.0)") {
    @Override
    List<String> command(Inputs in) {
      return Calls.lstat(in.zipf());
    }
  },
  NEGATIVE("stat-negative", "lstat of names that do not exist, in directories that do") {
    @Override
    List<String> command(Inputs in) {
      return Calls.missing(in.negative());
    }
  },
  LS("ls", "ls -lR, over the whole tree") {
    @Override
    List<String> command(Inputs in) {
      return List.of("ls", "-lR");
    }
  },
  CAT("cat", "open, read and close of one small file, over and over") {
    @Override
    List<String> command(Inputs in) {
      return Calls.read(in.small(), in.draws());
    }
  },
  STAT_1("stat-1p", "lstat of names drawn at random by one process, on any processor") {
    @Override
    List<String> command(Inputs in) {
      return Calls.parallel(in.uniform(), 1);
    }
  },
  STAT_2("stat-2p", "the same by two processes, each all of the names") {
    @Override
    List<String> command(Inputs in) {
      return Calls.parallel(in.uniform(), 2);
    }
  },
  STAT_4("stat-4p", "the same by four processes") {
    @Override
    List<String> command(Inputs in) {
      return Calls.parallel(in.uniform(), 4);
    }
  },
  GIT("git-status", "git status, all files unchanged") {
    @Override
    List<String> command(Inputs in) {
      return List.of(
          "git", "-c", "safe.directory=*", "--no-optional-locks", "status", "--short", "--branch");
    }
  },
  BUILD("build", "gcc of a part of tools/lib, headers found by -I in the tree") {
    @Override
    List<String> command(Inputs in) {
      return in.build();
    }
  },
  UNTAR("untar", "tar -x of mm/ and tools/include/, which the archive in memory holds") {
    @Override
    List<String> command(Inputs in) {
      return List.of("tar", "-xf", in.archive().toString(), "-C", in.work());
    }
  },
  REMOVE("rm", "rm -r of what was just unpacked") {
    @Override
    List<String> command(Inputs in) {
      return List.of("rm", "-r", in.work() + "/mm", in.work() + "/tools");
    }
  };

  final String label;
  final String title;

  RunTask(String label, String title) {
    this.label = label;
    this.title = title;
  }

  /** The program, which runs in the tree as the mount shows it. */
  abstract List<String> command(Inputs in);

  boolean takesItsTime() {
    return switch (this) {
      case STAT, ZIPF, NEGATIVE, CAT, STAT_1, STAT_2, STAT_4 -> true;
      default -> false;
    };
  }

  /** How many processes make the calls of a workload whose daemons may run anywhere, else 0. */
  int processes() {
    return switch (this) {
      case STAT_1 -> 1;
      case STAT_2 -> 2;
      case STAT_4 -> 4;
      default -> 0;
    };
  }
}
