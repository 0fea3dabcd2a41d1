// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import java.util.List;

/** What is done over and over on a file system: one system call or two a line of a list. */
enum JnrFuseWorkload {
  /** lstat(2) of files in random order, each by its path. */
  STAT("stat", "chomp; my @s = lstat($_) or die \"$_: $!\\n\"; print \"$_ @s[2,3,7]\\n\""),
  /** opendir(3), readdir(3) to the end, closedir(3). */
  READDIR(
      "readdir",
      "chomp; opendir(my $d, $_) or die \"$_: $!\\n\"; my @n = readdir($d); closedir($d);"
          + " print \"$_ @n\\n\"");

  final String label;
  private final String perl;

  JnrFuseWorkload(String label, String perl) {
    this.label = label;
    this.perl = perl;
  }

  /** The program, with a file of paths as its input, each with a NUL behind it. */
  List<String> command(String list) {
    return List.of("perl", "-0ne", perl, list);
  }
}
