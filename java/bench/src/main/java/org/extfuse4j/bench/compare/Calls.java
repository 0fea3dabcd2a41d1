// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.nio.file.Path;
import java.util.List;

/** Perl programs that make system calls and take the time of nothing else. */
final class Calls {
  private static final String BEGIN =
      "use Time::HiRes qw(time); local $/ = \"\\0\"; my @list = <>; chomp(@list); my @seen;"
          + " my $begin = time; ";
  private static final String END = " printf(\"%.6f\\n\", time - $begin); print @seen";

  // All fields but device number and access time, which may differ between mounts.
  private static final String LSTAT =
      "my @s = lstat($_) or die \"$_: $!\\n\"; push(@seen, \"$_ @s[1..5,7,9,10,12]\\n\");";

  private Calls() {}

  /** Attributes of the names of a list, each with a NUL behind it. */
  static List<String> lstat(Path names) {
    return perl("for (@list) { " + LSTAT + " }", names.toString());
  }

  static List<String> missing(Path names) {
    return perl(
        "for (@list) { lstat($_) and die \"$_ exists\\n\"; } @seen = scalar(@list).\"\\n\";",
        names.toString());
  }

  /** Reads a file of the tree again and again. */
  static List<String> read(String file, int times) {
    return List.of(
        "perl",
        "-e",
        "use Time::HiRes qw(time); my ($f, $n) = @ARGV; my $all = 0; my $begin = time;"
            + " for (1 .. $n) { open(my $h, '<', $f) or die \"$f: $!\\n\";"
            + " sysread($h, my $bytes, 65536) // die \"$f: $!\\n\"; $all += length($bytes);"
            + " close($h) } printf(\"%.6f\\n%d\\n\", time - $begin, $all)",
        file,
        Integer.toString(times));
  }

  /** The names by several processes, each from another place of the list on. */
  static List<String> parallel(Path names, int processes) {
    return perl(
        "my $n = "
            + processes
            + "; for my $p (0 .. $n - 1) { next if fork; my $from = int(@list * $p / $n);"
            + " for (@list[$from .. $#list, 0 .. $from - 1]) { lstat($_) or exit(1) } exit(0) }"
            + " my $bad = 0; while (wait >= 0) { $bad ||= $? } die \"lstat failed\\n\" if $bad;",
        names.toString());
  }

  private static List<String> perl(String body, String list) {
    return List.of("perl", "-e", BEGIN + body + END, list);
  }
}
