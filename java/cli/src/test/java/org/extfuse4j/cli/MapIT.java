// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.MadeMaps;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The map commands on maps that are pinned as those of a mount whose daemon is gone, and what they
 * say of bad input.
 */
@Tag("alone") // what is pinned without a mount belongs to nobody
class MapIT {
  private static final int MILLION = 1_000_000;
  private static final long DUMP_LIMIT_KIB = 200 * 1024;

  // A number that no device has.
  private static final int NUMBER = 5_000_000 + (int) (ProcessHandle.current().pid() % 1_000_000);
  private static final Path PINS = Path.of("/sys/fs/bpf/extfuse/" + NUMBER);

  private static final NodeAttr DIRECTORY =
      new NodeAttr(11, 4096, 8, 1, 2, 3, 4, 5, 6, 0040755, 3, 0, 7, 0, 12);
  private static final NodeAttr FILE =
      new NodeAttr(12, 70_000, 144, 1, 2, 3, 4, 5, 6, 0100644, 1, 1000, 9, 77, 12);

  @RegisterExtension final Cli cli = new Cli();

  private static void fill(MadeMaps maps) {
    maps.attr(1, DIRECTORY);
    maps.entry(1, "dir", 2);
    maps.attr(2, DIRECTORY);
    maps.entry(2, "file", 3);
    maps.attr(3, FILE);
    maps.entry(2, "none", 0);
    maps.entry(2, "old", 4, Expiry.in(0));
    maps.entry(2, "marked", 5);
    maps.mark(2, "marked");
    maps.entry(2, "\u00ff \\ \n", 6); // not UTF-8
    maps.entry(1, "\u00c3\u00a4".repeat(40), 7); // "ä" in UTF-8
    maps.withheld(7);
  }

  private Cli.Result map(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("map"));
    all.addAll(List.of(arguments));
    return Cli.here(all.toArray());
  }

  @Test
  void tablesLineUp() {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      fill(maps);
      maps.count(FuseOpcode.LOOKUP, Outcome.ANSWERED, 1234);
      maps.count(FuseOpcode.GETATTR, Outcome.MISS_STALE, 5);

      assertThat(
              map("ls", NUMBER)
                  .out()
                  .lines()
                  .map(line -> line.replaceAll(" +(memory|\\S+ [KM]iB)$", "")))
          .containsExactly(
              " number  mount  daemon  map               type          entries  capacity   fill",
              NUMBER + "  -      gone    entry_map         hash                6     1,024  0.6 %",
              NUMBER + "  -      gone    entry_map_middle  hash                0       256  0.0 %",
              NUMBER + "  -      gone    entry_map_long    hash                1       256  0.4 %",
              NUMBER + "  -      gone    attr_map          hash                4     1,024  0.4 %",
              NUMBER + "  -      gone    nlookup_map       array               -     1,024      -",
              NUMBER + "  -      gone    changes           array               -         1      -",
              NUMBER + "  -      gone    control           array               -         1      -",
              NUMBER + "  -      gone    stats             percpu_array        -        64      -",
              NUMBER + "  -      gone    handlers          prog_array          0       128  0.0 %");
      assertThat(cli.extfuse("map", "ls").out()).containsPattern(NUMBER + "  - +gone +entry_map ");

      assertThat(sorted(map("dump", NUMBER)))
          .containsExactly(
              "     1       2  valid         never      1    1  dir",
              "     1       7  valid         never      1    1  " + "ä".repeat(40),
              "     2       0  valid         never      1    1  none",
              "     2       3  valid         never      1    1  file",
              "     2       4  expired  -N s      1    1  old",
              "     2       5  stale         never      1    1  marked",
              "     2       6  valid         never      1    1  \\xff \\\\ \\x0a",
              "parent  nodeid  state    expires in  epoch  lap  name");
      assertThat(map("dump", NUMBER, "stats", "--no-header").out())
          .isEqualTo(
              """
              LOOKUP   0  1,234  0  0  0  0  0  0  0  0
              GETATTR  0      0  0  0  0  5  0  0  0  0
              """);
      assertThat(map("dump", NUMBER, "attrs", "--no-header").out().lines())
          .contains(
              "3  valid  12  100644  1  1000  9  77  70000  144  4096  1.000000004  2.000000005"
                  + "  3.000000006  never  1  3  -");
      assertThat(map("dump", NUMBER, "handlers").out())
          .isEqualTo("opcode  request  runs on  id  program\n");
    }
  }

  private static List<String> sorted(Cli.Result result) {
    // When something expired depends on when it is looked at.
    return result.out().replaceAll(" +-\\d+\\.\\d s", "  -N s").lines().sorted().toList();
  }

  @Test
  void jsonIsAnObjectALine() throws IOException {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      fill(maps);
      maps.count(FuseOpcode.LOOKUP, Outcome.MISS_ENTRY, 7);

      JsonNode odd = json(map("find", NUMBER, "--nodeid", 6, "--json")).get(0);
      assertThat(odd.toString())
          .isEqualTo(
              "{\"parent\":2,\"nodeid\":6,\"state\":\"valid\",\"expires_in\":null,\"epoch\":1,"
                  + "\"lap\":1,\"name\":\"\\\\xff \\\\\\\\ \\\\x0a\"}");
      assertThat(json(map("dump", NUMBER, "attrs", "--json"))).hasSize(4);
      assertThat(json(map("dump", NUMBER, "stats", "--json")).get(0).get("miss_entry").asInt())
          .isEqualTo(7);
      assertThat(json(map("ls", NUMBER, "--json")).get(0).get("capacity").asInt()).isEqualTo(1024);
      assertThat(json(map("get", NUMBER, "dir/none", "--json")).get(1).toString())
          .isEqualTo(
              "{\"step\":2,\"request\":\"LOOKUP\",\"nodeid\":2,\"name\":\"none\",\"child\":null,"
                  + "\"goes_up\":false,\"result\":\"answered: no such name\"}");
    }
  }

  static List<JsonNode> json(Cli.Result result) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void findTakesWhatFitsAll() {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      fill(maps);
      assertThat(found("--stale")).containsExactly("marked");
      assertThat(found("--negative")).containsExactly("none");
      assertThat(found("--parent", 1)).containsExactlyInAnyOrder("dir", "ä".repeat(40));
      assertThat(found("--name", "?ld")).containsExactly("old");
      assertThat(found("--name", "ä*")).containsExactly("ä".repeat(40));
      assertThat(found("--name", "?".repeat(40))).containsExactly("ä".repeat(40));
      assertThat(found("--name", "\\xff*\\x0a")).containsExactly("\\xff \\\\ \\x0a");
      assertThat(found("--parent", 2, "--name", "*e", "--nodeid", 3)).containsExactly("file");
      assertThat(found("--parent", 3)).isEmpty();
    }
  }

  private List<String> found(Object... filter) {
    List<Object> all = new ArrayList<>(List.of("find", NUMBER, "--no-header"));
    all.addAll(List.of(filter));
    return map(all.toArray()).out().lines().map(l -> l.replaceAll("^.*  ", "")).toList();
  }

  @Test
  void getSaysWhereItGoesUp() {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      fill(maps);
      Cli.Result hit = map("get", NUMBER, "dir/file");
      assertThat(hit)
          .isEqualTo(
              new Cli.Result(
                  0,
                  """
                  step  request  nodeid  name  child  goes up  result
                     1  LOOKUP        1  dir       2  no       answered
                     2  LOOKUP        2  file      3  no       answered
                  answered in the kernel: inode 12, mode 100644, size 70000
                  """,
                  ""));
      assertThat(last(map("get", NUMBER, "/")))
          .isEqualTo("answered in the kernel: inode 11, mode 40755, size 4096");
      assertThat(last(map("get", NUMBER, "dir/none")))
          .isEqualTo("answered in the kernel: no such name");
      assertThat(map("get", NUMBER, "dir/old").status()).isEqualTo(1);
      assertThat(last(map("get", NUMBER, "dir//./marked")))
          .isEqualTo("LOOKUP of 'marked' in 2 would go up to the daemon: entry stale");
      assertThat(last(map("get", NUMBER, "ä".repeat(40))))
          .isEqualTo(
              "LOOKUP of '" + "ä".repeat(40) + "' in 1 would go up to the daemon: attribute stale");
      assertThat(last(map("get", NUMBER, "nothing/of/that")))
          .isEqualTo("LOOKUP of 'nothing' in 1 would go up to the daemon: no entry");
      assertThat(last(map("get", NUMBER, "dir/file/below")))
          .isEqualTo("'file' is no directory: nothing below it is asked for");
      cli.extfuse("map", "get", NUMBER, "a/../b")
          .says(1, "'..' in a path is not followed: give the path without");
      cli.extfuse("map", "get", NUMBER, "a\\b")
          .says(1, "a backslash in a name is written \\\\, other bytes \\xHH: 'a\\b'");
    }
  }

  private static String last(Cli.Result result) {
    return result.out().lines().reduce((a, b) -> b).orElseThrow();
  }

  @Test
  void watchShowsWhatCameSince() throws Exception {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      maps.count(FuseOpcode.LOOKUP, Outcome.ANSWERED, 1000);
      Path out = cli.dir.resolve("file");
      List<String> command = new ArrayList<>(Cli.java());
      command.addAll(
          List.of("map", "watch", "" + NUMBER, "--interval", "0.2", "--count", "20", "--json"));
      Process watch = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
      Cli.await(() -> lines(out) > 1);
      maps.count(FuseOpcode.LOOKUP, Outcome.MISS_ENTRY, 1);
      maps.count(FuseOpcode.LOOKUP, Outcome.UNCHANGED, 4);
      Cli.await(() -> lines(out, "\"unchanged\":4") == 1);
      maps.count(FuseOpcode.LOOKUP, Outcome.ANSWERED, 3);
      assertThat(Cli.waitFor(watch)).isZero();

      List<JsonNode> rows = json(new Cli.Result(0, Files.readString(out), ""));
      assertThat(rows).hasSize(20);
      assertThat(sum(rows, "unchanged")).isEqualTo(4);
      assertThat(sum(rows, "answered")).isEqualTo(3);
      assertThat(sum(rows, "miss_entry")).isEqualTo(1);
      assertThat(rows)
          .filteredOn(row -> row.get("unchanged").asInt() == 4)
          .allMatch(row -> row.get("in_kernel").asDouble() >= 80);
      assertThat(rows)
          .filteredOn(row -> row.get("answered").asInt() == 3)
          .allMatch(row -> row.get("in_kernel").asDouble() > 0);

      assertThat(map("watch", NUMBER, "--interval", "0.1", "--count", 2).out())
          .matches(
              """
              time      unchanged  answered  negative  miss entry  miss attr  miss stale  miss expired  miss torn\
                  marked    passed  in kernel
              (\\d\\d:\\d\\d:\\d\\d          0         0         0           0          0           0             0 \
                       0         0         0          -
              ){2}""");
    }
  }

  private static long sum(List<JsonNode> rows, String field) {
    return rows.stream().mapToLong(row -> row.get(field).asLong()).sum();
  }

  private static long lines(Path file) {
    return lines(file, "");
  }

  private static long lines(Path file, String with) {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> line.contains(with)).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ctrlCAndClosedPipesAreClean() throws Exception {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 17)) {
      maps.many(1 << 17);
      Path out = cli.dir.resolve("file");
      Path err = cli.dir.resolve("log");
      List<String> command = new ArrayList<>(Cli.java());
      command.addAll(List.of("map", "watch", "" + NUMBER, "--interval", "0.1"));
      Process watch =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      Cli.await(() -> lines(out) > 2);
      Cli.kill("INT", watch.pid());
      assertThat(Cli.waitFor(watch)).isEqualTo(130);
      assertThat(err).isEmptyFile();
      assertThat(out).content().endsWith("\n");

      String head = "\"$1\" map dump " + NUMBER + " | head -n 2; exit ${PIPESTATUS[0]}";
      Cli.Result closed =
          Cli.run(
              List.of("bash", "-c", head, "bash", System.getProperty("extfuse.launcher")),
              Map.of());
      assertThat(closed.err()).isEmpty();
      assertThat(closed.out().lines()).hasSize(2);
      assertThat(closed.status()).isEqualTo(141);
      String full = "\"$1\" map dump " + NUMBER + " > /dev/full";
      assertThat(
              Cli.run(
                  List.of("bash", "-c", full, "bash", System.getProperty("extfuse.launcher")),
                  Map.of()))
          .isEqualTo(
              new Cli.Result(
                  1, "", "extfuse: cannot write to standard output: is there no space left?\n"));
    }
  }

  @Test
  void aMillionEntriesStreamInConstantMemory() throws Exception {
    try (MadeMaps maps = new MadeMaps(PINS, MILLION)) {
      maps.many(MILLION);
      Path out = cli.dir.resolve("file");
      Process dump =
          new ProcessBuilder(
                  System.getProperty("extfuse.launcher"), "map", "dump", "" + NUMBER, "--no-header")
              .redirectOutput(out.toFile())
              .start();
      long peak = 0;
      while (!dump.waitFor(10, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakKib(dump.pid()));
      }
      assertThat(dump.exitValue()).isZero();
      assertThat(lines(out)).isEqualTo(MILLION);
      assertThat(peak).as("KiB").isBetween(1L, DUMP_LIMIT_KIB);
    }
  }

  // The kernel keeps it for us: the last look before the end has nearly all.
  private static long peakKib(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      return 0; // it has ended
    }
  }

  @Test
  void badInputGetsOneLine() throws IOException {
    Path elsewhere = cli.dir.resolve("source");
    cli.extfuse("map", "dump", elsewhere)
        .says(1, elsewhere + " is not a mount point: extfuse map ls shows those of extfuse");
    cli.extfuse("map", "get", "/proc", "x")
        .says(1, "/proc is a mount of proc, not of extfuse: extfuse map ls shows those that are");
    cli.extfuse("map", "watch", NUMBER)
        .says(
            1,
            "there is no extfuse mount with the number "
                + NUMBER
                + ": see extfuse map ls (a directory of that name is ./"
                + NUMBER
                + ")");
    assertThat(cli.extfuse("map", "dump", "/proc", "nonsense").err())
        .startsWith("extfuse: Invalid value for positional parameter at index 1 (WHAT)")
        .endsWith("see extfuse map dump --help\n");

    cli.extfuse("mount", "--cache=off", cli.source, cli.mountpoint).silent();
    int number = cli.run().connection();
    cli.extfuse("map", "find", cli.mountpoint)
        .says(
            1,
            cli.mountpoint
                + " has no maps in /sys/fs/bpf/extfuse/"
                + number
                + ": mounted without the in-kernel cache");
    assertThat(map("ls", "--no-header").out().lines())
        .anyMatch(l -> l.matches(" *" + number + "  " + cli.mountpoint + " +\\d+  - .*"));
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  @Test
  void withoutTheRightItSaysSo() throws IOException {
    try (MadeMaps maps = new MadeMaps(PINS, 1 << 10)) {
      Files.setPosixFilePermissions(maps.directory(), Set.of());
      cli.mainUnder(Cli.without("-dac_override,-dac_read_search"), "map", "dump", NUMBER)
          .says(1, "no permission to read the maps of number " + NUMBER + ": run as root");
    }
  }
}
