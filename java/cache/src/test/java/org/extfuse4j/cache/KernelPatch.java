// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a kernel series (kernel-patch/) does to one file: its hunks, new lines and context. */
public final class KernelPatch {
  // Where it begins in the file with the hunks before it.
  private static final Pattern HUNK = Pattern.compile("^@@ -\\d+(?:,\\d+)? \\+(\\d+)");

  private final String file;
  // As in a diff: the first character says what the line is.
  private final List<String> lines;

  private KernelPatch(String file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  public static KernelPatch of(Path series, String file) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> patches = Files.list(series)) {
      for (Path patch : patches.filter(p -> p.toString().endsWith(".patch")).sorted().toList()) {
        boolean inside = false;
        for (String line : Files.readAllLines(patch)) {
          if (line.startsWith("diff --git ")) {
            inside = line.endsWith(" b/" + file);
          } else if (inside && !line.startsWith("+++") && !line.startsWith("---")) {
            found.add(line);
          }
        }
      }
    }
    assertThat(found).as("what %s changes in %s", series, file).isNotEmpty();
    return new KernelPatch(file, found);
  }

  /** The lines that the series adds, in order. */
  public String added() {
    return lines.stream()
        .filter(line -> line.startsWith("+"))
        .map(line -> line.substring(1))
        .collect(Collectors.joining("\n"));
  }

  /** A file that the series makes, as it is at the end. */
  public String made() {
    List<String> text = new ArrayList<>();
    int at = 0;
    for (String line : lines) {
      Matcher hunk = HUNK.matcher(line);
      if (hunk.find()) {
        at = Math.max(0, Integer.parseInt(hunk.group(1)) - 1); // hunks before it are applied
      } else if (line.startsWith("+")) {
        text.add(at++, line.substring(1));
      } else if (line.startsWith("-")) {
        assertThat(text.remove(at)).isEqualTo(line.substring(1));
      } else if (line.startsWith(" ")) {
        assertThat(text.get(at++)).isEqualTo(line.substring(1));
      }
    }
    return String.join("\n", text);
  }

  /**
   * Of the added lines those from the one that has {@code first} to the one that is {@code last}.
   */
  public String added(String first, String last) {
    String all = "\n" + added() + "\n";
    int from = all.indexOf("\n" + first);
    assertThat(from).as("'%s' in what is added to %s", first, file).isNotNegative();
    int to = all.indexOf("\n" + last, from);
    assertThat(to).as("'%s' after '%s' in %s", last, first, file).isNotNegative();
    return all.substring(from + 1, all.indexOf('\n', to + 1) + 1);
  }

  /** The first match's group in the added lines. */
  public String match(String regex) {
    var matcher = Pattern.compile(regex).matcher(added());
    assertThat(matcher.find()).as("'%s' in what is added to %s", regex, file).isTrue();
    return matcher.group(1);
  }

  /** How many lines after one that begins with {@code anchor} the first added one comes. */
  public int addedAfter(String anchor) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(" " + anchor)) {
        for (int j = i; j < lines.size(); j++) {
          if (lines.get(j).startsWith("+")) {
            return j - i;
          }
        }
      }
    }
    throw new AssertionError("no '" + anchor + "' in the hunks of " + file);
  }
}
