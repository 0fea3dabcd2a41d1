// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  private static final String LONG = "/a/long/path".repeat(30) + "/end";

  private static List<Interval.Directory> directories(int n) {
    List<Interval.Directory> directories = new ArrayList<>();
    directories.add(new Interval.Directory(7, "/src/\u6f22\u5b57\u6f22\u5b57", 1234.5));
    directories.add(new Interval.Directory(8, null, 12));
    IntStream.range(2, n)
        .forEach(i -> directories.add(new Interval.Directory(i + 10, LONG, 1.0 / i)));
    return directories;
  }

  @Test
  void aFrameOf80By24() {
    List<String> lines = Layout.of(Samples.interval(directories(3)), 80, 24, "q quits");
    assertThat(String.join("\n", lines))
        .isEqualTo(
            """
            extfuse top  /mnt                             connection 40, process 17, q quits
            hit ratio 99.9 %, a second: 999 in kernel, 4.0 upcalls, 0.5 errors
            upcalls: p50 1.0 us, p99 1.0 ms, max 1.0 ms; the daemon keeps 12,345 nodes
            REQUEST       KERNEL/s UPCALLS/s  ERRORS/s      HIT      P50      P99      MAX
            LOOKUP             999       1.0       0.5   99.9 %   1.0 us   1.0 ms   1.0 ms
            UNLINK               0       3.0         0        -        -        -        -
            MISS        REASON    PER SECOND    SHARE
            LOOKUP      entry            1.0  100.0 %  name not cached
            LOOKUPS/s  DIRECTORY
                1,235  /src/\u6f22\u5b57\u6f22\u5b57
                   12  node 8 (path not cached)
                  0.5  ...th/a/long/path/a/long/path/a/long/path/a/long/path/a/long/path/end
            MAP                    ENTRIES    CAPACITY        FILL      MEMORY
            a second: 10 names evicted, 20 nodes reclaimed, 0 names and 0 nodes invalidated
            entry_map               65,536     131,072      50.0 %     10.0 MB
            attr_map               131,071     131,072      99.9 %     20.0 MB""");
  }

  @ParameterizedTest
  @CsvSource({"80,24", "200,50", "40,10", "20,5", "150,24", "300,100", "80,1", "132,43"})
  void neverMoreThanThereIsRoomFor(int width, int height) {
    for (Interval interval :
        List.of(
            Samples.interval(directories(60)), Samples.interval(null), Samples.silentInterval())) {
      List<String> lines = Layout.of(interval, width, height, "q quits");
      assertThat(lines).hasSizeBetween(1, height);
      assertThat(lines).allMatch(line -> Text.width(line) <= width);
    }
  }

  @Test
  void roomIsUsed() {
    List<String> small = Layout.of(Samples.interval(directories(60)), 80, 24, "");
    List<String> large = Layout.of(Samples.interval(directories(60)), 200, 50, "");
    assertThat(small).hasSize(24).anyMatch(line -> line.startsWith("attr_map "));
    assertThat(large).hasSize(50).anyMatch(line -> line.matches("REQUEST .* MAX +MAP .*MEMORY"));
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThat(Layout.of(Samples.silentInterval(), 80, 24, ""))
        .contains("what only the daemon knows is \"-\": it does not answer")
        .anyMatch(line -> line.endsWith("connection 40, no daemon"))
        .anyMatch(line -> line.matches("LOOKUP +999 +- +- +99.9 % +- +- +-"))
        .contains("no lookups");
    assertThat(Layout.of(Samples.interval(null), 80, 24, "")).contains("- (no tracefs: mount it)");
  }

  @Test
  void whatIsNotAllIsNot100Percent() {
    assertThat(Text.percent(0.99999)).isEqualTo("99.9 %");
    assertThat(Text.percent(1.0)).isEqualTo("100.0 %");
  }
}
