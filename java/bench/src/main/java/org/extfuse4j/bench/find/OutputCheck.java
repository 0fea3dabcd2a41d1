// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.CommandException;

/** Compares what a workload prints on each mount with what it printed on the tree itself. */
public final class OutputCheck {
  private static final int SHOWN = 3;

  private final Map<String, List<String>> expected = new HashMap<>();

  /** Forgets what was printed: the names are others from now on. */
  public void reset() {
    expected.clear();
  }

  /**
   * Takes the first output of a workload as the one to expect, and compares the later ones.
   *
   * @throws CommandException with the first lines that differ
   */
  public void check(String workload, String label, Path output) {
    List<String> lines;
    try {
      // Names are bytes; directories are listed in an order of their own on each mount.
      lines = new ArrayList<>(Files.readAllLines(output, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new CommandException("cannot read the output " + output, e);
    }
    lines.sort(null);
    List<String> first = expected.putIfAbsent(workload, lines);
    if (first != null) {
      String difference = difference(first, lines, label);
      if (difference != null) {
        throw new CommandException(
            workload + " prints something else on " + label + ": " + difference);
      }
    }
  }

  /** Null when equal, else how many lines are on one side only, and the first of them. */
  static String difference(List<String> expected, List<String> actual, String label) {
    if (expected.equals(actual)) {
      return null;
    }
    List<String> missing = new ArrayList<>();
    List<String> extra = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < expected.size() || j < actual.size()) {
      int order;
      if (i == expected.size()) {
        order = 1;
      } else if (j == actual.size()) {
        order = -1;
      } else {
        order = expected.get(i).compareTo(actual.get(j));
      }
      if (order < 0) {
        missing.add(expected.get(i++));
      } else if (order > 0) {
        extra.add(actual.get(j++));
      } else {
        i++;
        j++;
      }
    }
    return side("native", missing) + ", " + side(label, extra);
  }

  private static String side(String label, List<String> lines) {
    String first = String.join(" | ", lines.subList(0, Math.min(SHOWN, lines.size())));
    String more = lines.size() > SHOWN ? " | ..." : "";
    return lines.size()
        + " lines only on "
        + label
        + (first.isEmpty() ? "" : " (" + first + more + ")");
  }
}
