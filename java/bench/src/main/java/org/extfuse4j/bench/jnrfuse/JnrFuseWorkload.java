// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.util.List;

/**
 * What is done over and over on a file system: one system call or two a line of a list. The program
 * takes its own time, without that of starting it, and prints it before what it has seen.
 */
enum JnrFuseWorkload {
  /** lstat(2) of files in random order, each by its path. */
  STAT("stat", "my @s = lstat($_) or die \"$_: $!\\n\"; push(@seen, \"$_ @s[2,3,7]\\n\")"),
  /** opendir(3), readdir(3) to the end, closedir(3). */
  READDIR(
      "readdir",
      "opendir(my $d, $_) or die \"$_: $!\\n\"; my @n = readdir($d); closedir($d);"
          + " push(@seen, \"$_ @n\\n\")");

  final String label;
  private final String perl;

  JnrFuseWorkload(String label, String perl) {
    this.label = label;
    this.perl = perl;
  }

  /** The program, with a file of paths as its input, each on a line. */
  List<String> command(String list) {
    String program =
        "use Time::HiRes qw(time); my @list = <>; chomp(@list); my @seen; my $begin = time;"
            + " for (@list) { "
            + perl
            + " } printf(\"%.6f\\n\", time - $begin); print @seen";
    return List.of("perl", "-e", program, list);
  }
}
