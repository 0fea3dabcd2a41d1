// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cli.Seconds;
import org.extfuse4j.cli.map.Table.Cell;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse map watch}: what becomes of requests, as it happens. */
@Command(
    name = "watch",
    description = {
      "Prints every second what became of what the kernel asked the in-kernel program, or had no need"
          + " to ask again, since the line before, until Ctrl-C or until the mount is gone.",
      "",
      "answered and negative are answers of the kernel, unchanged is what it had no need to ask again;"
          + " in kernel is their share of all but changes; for the others see extfuse map get, and"
          + " marked are changes.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MapWatchCommand implements Callable<Integer> {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final int NARROWEST = 8;

  @Parameters(paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      defaultValue = "1",
      description = "Time between two lines (${DEFAULT-VALUE}).")
  long interval;

  @Option(names = "--count", paramLabel = "N", description = "End after so many lines.")
  Long count;

  @Mixin OutputOptions output;

  @Override
  public Integer call() throws InterruptedException {
    if (interval == 0) {
      throw new CommandException("--interval 0 is no time: give seconds, such as 0.5");
    }
    if (count != null && count < 1) {
      throw new CommandException("--count " + count + " is no number of lines: give 1 or more");
    }
    PinnedMount pinned = PinnedMount.of(mount);
    try (PinnedCache cache = pinned.open();
        Table table = output.table(OutcomeColumns.headings("time", ">in kernel")).live(NARROWEST)) {
      table.flush();
      watch(pinned, cache, table);
    }
    return 0;
  }

  private void watch(PinnedMount pinned, PinnedCache cache, Table table)
      throws InterruptedException {
    Map<Outcome, Long> before = sums(cache.stats());
    long next = System.nanoTime();
    for (long line = 0; count == null || line < count; line++) {
      next += interval;
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      // The maps live as long as somebody has them open, and would be silent for ever.
      if (!pinned.hasMaps()) {
        throw new CommandException(pinned.name() + " was unmounted");
      }
      Map<Outcome, Long> now = sums(cache.stats());
      table.row(row(before, now));
      table.flush();
      before = now;
    }
  }

  private static Object[] row(Map<Outcome, Long> before, Map<Outcome, Long> now) {
    Map<Outcome, Long> delta = new EnumMap<>(now);
    delta.replaceAll((outcome, count) -> count - before.get(outcome));
    long all = delta.values().stream().mapToLong(Long::longValue).sum();
    long asked = all - delta.get(Outcome.MARKED);
    long answered = Outcome.IN_KERNEL.stream().mapToLong(delta::get).sum();
    Instant time = Instant.now();
    return OutcomeColumns.cells(
        new Cell(CLOCK.format(time), time.truncatedTo(ChronoUnit.MILLIS).toString()),
        delta::get,
        asked == 0 ? null : Cell.decimal(100.0 * answered / asked, " %"));
  }

  private static Map<Outcome, Long> sums(CacheStats stats) {
    Map<Outcome, Long> sums = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      long sum = 0;
      for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
        sum += stats.count(opcode, outcome);
      }
      sums.put(outcome, sum);
    }
    return sums;
  }
}
