// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads what the workload writes; load.c says how. */
public final class HistoryReader {
  /** What stands between rounds. */
  public interface Runs {
    void begin(String label, String seed);

    void end();

    void round(Round round);
  }

  private static final String OK = "ok";

  private final List<String> text = new ArrayList<>();
  private final List<Entry> before = new ArrayList<>();
  private final List<Entry> after = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private int number;

  private HistoryReader() {}

  /** Reads to the end of the input. */
  public static void read(BufferedReader in, Runs runs) throws IOException {
    HistoryReader reader = new HistoryReader();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      reader.line(line, runs);
    }
  }

  private void line(String line, Runs runs) {
    List<String> words = List.of(line.split(" ", -1));
    switch (words.get(0)) {
      case "run" -> runs.begin(words.get(1), words.get(2));
      case "done" -> runs.end();
      case "round" -> {
        text.clear();
        before.clear();
        after.clear();
        operations.clear();
        number = Integer.parseInt(words.get(1));
      }
      case "was" -> before.add(entry(words));
      case "now" -> after.add(entry(words));
      case "op" -> operations.add(operation(words));
      case "end" -> {}
      default -> throw new IllegalArgumentException("not a line of a history: " + line);
    }
    text.add(line);
    if (words.get(0).equals("end")) {
      runs.round(round());
    }
  }

  private static Entry entry(List<String> words) {
    String path = words.get(2).equals(".") ? words.get(1) : words.get(1) + "/" + words.get(2);
    return new Entry(path, Attr.parse(words.subList(3, 9)), words.size() > 9 ? words.get(9) : null);
  }

  private static Operation operation(List<String> words) {
    int equals = words.indexOf("=");
    return new Operation(
        Integer.parseInt(words.get(1)),
        Long.parseLong(words.get(2)),
        Long.parseLong(words.get(3)),
        Long.parseLong(words.get(4)),
        Long.parseLong(words.get(5)),
        Kind.of(words.get(6)),
        words.subList(7, equals),
        words.get(equals + 1),
        words.subList(equals + 2, words.size()),
        String.join(" ", words.subList(6, words.size())));
  }

  private Round round() {
    Set<String> paths = new TreeSet<>();
    before.forEach(entry -> paths.add(entry.path()));
    after.forEach(entry -> paths.add(entry.path()));
    for (Operation operation : operations) {
      for (String argument : operation.arguments()) {
        if (argument.startsWith("d")) {
          paths.add(argument);
        }
      }
      if (operation.kind() == Kind.READDIR) {
        for (String value : operation.values()) {
          paths.add(operation.path() + "/" + value.substring(0, value.indexOf(':')));
        }
      }
    }
    List<Operation> all = new ArrayList<>(operations);
    addLast(all, paths);
    return new Round(
        number, paths, List.copyOf(before), List.copyOf(all), String.join("\n", text) + "\n");
  }

  // What the source shows in the end is one more process that looks, after all others.
  private void addLast(List<Operation> all, Set<String> paths) {
    int worker = all.stream().mapToInt(Operation::worker).max().orElse(-1) + 1;
    long last = all.stream().mapToLong(Operation::returned).max().orElse(0);
    for (String path : paths) {
      Entry entry = after.stream().filter(e -> e.path().equals(path)).findFirst().orElse(null);
      String text = "source " + path + " = " + (entry == null ? "ENOENT" : describe(entry));
      all.add(
          new Operation(
              worker,
              ++last,
              ++last,
              0,
              0,
              Kind.LSTAT,
              List.of(path),
              entry == null ? "ENOENT" : OK,
              entry == null ? List.of() : List.of(describe(entry).split(" ", -1)).subList(1, 7),
              text));
    }
  }

  private static String describe(Entry entry) {
    Attr a = entry.attr();
    return String.format(
        "ok %d %o %d %d %d %d",
        a.ino(), a.type() | a.mode(), a.nlink(), a.size(), a.mtime(), a.ctime());
  }
}
