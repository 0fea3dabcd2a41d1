// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Entry;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.history.Round;

/** A violation as text: what there was, and one line an operation. */
final class Report {
  private Report() {}

  static String of(String label, String seed, Round round, List<Operation> left) {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            "%s: VIOLATION in round %d, seed %s: no order of these %d operations (of %d) explains"
                + " their results%n",
            label, round.number(), seed, left.size(), round.operations().size()));
    Set<String> paths =
        left.stream().flatMap(o -> paths(o, round).stream()).collect(Collectors.toSet());
    out.append("  before (inode, mode, links, size, mtime, ctime):\n");
    for (Entry entry : round.before()) {
      if (paths.contains(entry.path())) {
        Attr a = entry.attr();
        out.append(
            String.format(
                "    %-6s %d %o %d %d %d %d%n",
                entry.path(),
                a.ino(),
                a.type() | a.mode(),
                a.nlink(),
                a.size(),
                a.mtime(),
                a.ctime()));
      }
    }
    int last = round.operations().stream().mapToInt(Operation::worker).max().orElse(0);
    long zero = round.operations().stream().mapToLong(Operation::invoked).min().orElse(0);
    out.append("  worker, called and returned (microseconds), call = result:\n");
    left.stream()
        .sorted(Comparator.comparingLong(Operation::invoked))
        .forEach(o -> out.append(line(o, last, zero)));
    return out.toString();
  }

  private static List<String> paths(Operation operation, Round round) {
    return operation.kind().usesFile()
        ? List.of()
        : operation.arguments().stream()
            .filter(round.paths()::contains)
            .flatMap(
                p ->
                    p.contains("/")
                        ? List.of(p, p.split("/", -1)[0]).stream()
                        : List.of(p).stream())
            .toList();
  }

  private static String line(Operation o, int last, long zero) {
    if (o.worker() == last) {
      return String.format("    %-27s %s%n", "at the end, behind it:", o.text());
    }
    String who = o.worker() == last - 1 ? "at the end" : "worker " + o.worker();
    return String.format(
        "    %-10s %8.1f-%-8.1f %s%n",
        who, (o.invoked() - zero) / 1e3, (o.returned() - zero) / 1e3, o.text());
  }
}
