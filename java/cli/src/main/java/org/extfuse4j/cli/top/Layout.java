// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes lines of an interval, none wider and not more than there is room for. From {@value
 * #TWO_COLUMNS} columns on, sections stand next to each other.
 */
final class Layout {
  private static final int TWO_COLUMNS = 150;
  private static final int AIRY = 30;
  private static final int NAME = 12;
  private static final int RATES = 3;
  private static final int NUMBER = 9;
  private static final int GAP = 4;

  private final Interval data;
  private final int width;
  private final int height;

  private Layout(Interval data, int width, int height) {
    this.data = data;
    this.width = width;
    this.height = height;
  }

  /**
   * The lines of a frame.
   *
   * @param hint a word at the right of the first line, such as which keys there are
   */
  static List<String> of(Interval data, int width, int height, String hint) {
    return new Layout(data, Math.max(20, width), height).lines(hint);
  }

  private List<String> lines(String hint) {
    boolean airy = height >= AIRY;
    List<String> lines = new ArrayList<>(head(hint));
    if (airy) {
      lines.add("");
    }
    int room = height - lines.size();
    if (width >= TWO_COLUMNS) {
      int left = (width - GAP) / 2;
      int right = width - GAP - left;
      lines.addAll(
          beside(
              Section.stack(List.of(requests(), misses()), left, room, airy),
              left,
              Section.stack(List.of(maps(), directories(right)), right, room, airy)));
    } else {
      lines.addAll(
          Section.stack(
              List.of(requests(), misses(), directories(width), maps()), width, room, airy));
    }
    return lines.subList(0, Math.min(lines.size(), Math.max(1, height)));
  }

  private static List<String> beside(List<String> left, int width, List<String> right) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String one = i < left.size() ? left.get(i) : "";
      String other = i < right.size() ? right.get(i) : "";
      lines.add((Text.left(one, width) + " ".repeat(GAP) + other).stripTrailing());
    }
    return lines;
  }

  private List<String> head(String hint) {
    String who =
        "connection "
            + data.number()
            + (data.daemon() == null ? ", no daemon" : ", process " + data.daemon())
            + (hint.isEmpty() ? "" : ", " + hint);
    int room = width - Text.width(who) - 2;
    String title = "extfuse top  ";
    String mount = Text.cutPath(data.mount(), Math.max(10, room - title.length()));
    List<String> lines = new ArrayList<>();
    lines.add(Text.cut(Text.left(title + mount, Math.max(0, room)) + "  " + who, width));
    Interval.Requests all = data.all();
    lines.add(
        Text.cut(
            "hit ratio "
                + (data.cache() ? Text.percent(all.hitRatio()) : "- (no in-kernel cache)")
                + ", a second: "
                + Text.rate(all.inKernel())
                + " in kernel, "
                + Text.rate(all.upcalls())
                + " upcalls, "
                + Text.rate(all.errors())
                + " errors",
            width));
    lines.add(
        Text.cut(
            data.silence() != null
                ? "what only the daemon knows is \"-\": " + data.silence()
                : "upcalls: p50 "
                    + Text.time(all.p50Us())
                    + ", p99 "
                    + Text.time(all.p99Us())
                    + ", max "
                    + Text.time(all.maxUs())
                    + (data.nodes() == null
                        ? ""
                        : "; the daemon keeps " + Text.count(data.nodes().nodes()) + " nodes"),
            width));
    return lines;
  }

  private Section requests() {
    List<String> rows = new ArrayList<>();
    for (Interval.Requests one : data.requests()) {
      rows.add(
          requestRow(
              one.request(),
              Text.rate(one.inKernel()),
              Text.rate(one.upcalls()),
              Text.rate(one.errors()),
              Text.percent(one.hitRatio()),
              Text.time(one.p50Us()),
              Text.time(one.p99Us()),
              Text.time(one.maxUs())));
    }
    return section(
        requestRow("REQUEST", "KERNEL/s", "UPCALLS/s", "ERRORS/s", "HIT", "P50", "P99", "MAX"),
        rows,
        "no requests");
  }

  // 78 columns wide
  private static String requestRow(String name, String... numbers) {
    StringBuilder row = new StringBuilder(Text.left(name, NAME));
    for (int i = 0; i < numbers.length; i++) {
      row.append(Text.right(numbers[i], i < RATES ? NUMBER + 1 : NUMBER));
    }
    return row.toString();
  }

  private Section misses() {
    List<String> rows = new ArrayList<>();
    double all = data.misses().stream().mapToDouble(Interval.Miss::rate).sum();
    for (Interval.Miss miss : data.misses()) {
      rows.add(
          missRow(
                  miss.request(),
                  miss.reason(),
                  Text.rate(miss.rate()),
                  Text.percent(miss.rate() / all))
              + "  "
              + meaning(miss.reason()));
    }
    String none = data.cache() ? "none: the kernel answered all that it was asked" : "-";
    return section(missRow("MISS", "REASON", "PER SECOND", "SHARE"), rows, none);
  }

  private static String meaning(String reason) {
    return switch (reason) {
      case "entry" -> "name not cached";
      case "attr" -> "attributes not cached";
      case "stale" -> "marked by a change";
      case "expired" -> "too old, or flushed";
      case "torn" -> "just being written";
      case "passed" -> "not for the kernel";
      default -> "";
    };
  }

  private static String missRow(String request, String reason, String rate, String share) {
    return Text.left(request, NAME)
        + Text.left(reason, NUMBER)
        + Text.right(rate, NUMBER + 2)
        + Text.right(share, NUMBER);
  }

  private Section directories(int columns) {
    List<String> rows = new ArrayList<>();
    if (data.directories() != null) {
      for (Interval.Directory one : data.directories()) {
        String path =
            one.path() == null ? "node " + one.nodeid() + " (path not cached)" : one.path();
        rows.add(
            Text.right(Text.rate(one.lookups()), NUMBER)
                + "  "
                + Text.cutPath(path, columns - NUMBER - 2));
      }
    }
    String none = data.directories() == null ? "- (" + data.noDirectories() + ")" : "no lookups";
    return section(Text.right("LOOKUPS/s", NUMBER) + "  DIRECTORY", rows, none);
  }

  private Section maps() {
    List<String> rows = new ArrayList<>();
    Interval.Changes changes = data.changes();
    if (changes != null) {
      rows.add(
          String.format(
              Locale.ROOT,
              "a second: %s names evicted, %s nodes reclaimed, %s names and %s nodes invalidated",
              Text.rate(changes.evictedNames()),
              Text.rate(changes.reclaimedNodes()),
              Text.rate(changes.invalidatedEntries()),
              Text.rate(changes.invalidatedAttrs())));
    } else if (data.cache()) {
      rows.add("a second: - evicted (" + data.silence() + ")");
    }
    for (Interval.MapSize map : data.maps()) {
      double fill = map.entries() < 0 ? 0 : (double) map.entries() / map.capacity();
      rows.add(
          mapRow(
              map.map(),
              Text.count(map.entries()),
              Text.count(map.capacity()),
              Text.percent(fill),
              Text.memory(map.memory())));
    }
    return section(mapRow("MAP", "ENTRIES", "CAPACITY", "FILL", "MEMORY"), rows, "-");
  }

  private static String mapRow(String name, String... numbers) {
    StringBuilder row = new StringBuilder(Text.left(name, 18));
    for (String number : numbers) {
      row.append(Text.right(number, 12));
    }
    return row.toString();
  }

  private static Section section(String heading, List<String> rows, String none) {
    return new Section(heading, rows.isEmpty() ? List.of(none) : rows);
  }
}
