// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cli.Columns;
import org.extfuse4j.cli.map.NameText;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.run.PinnedMount;

/** From lines of the trace to rows of the output, in the one thread of the command. */
final class Tracer implements AutoCloseable {
  private static final int NODES = 1 << 17; // that have a path: some 40 MB of names of 20 bytes
  private static final int UNDER_WAY = 1 << 13;
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private final PinnedMount mount;
  private final RequestFilter filter;
  private final TraceSummary totals;
  private final TraceParser parser;
  private final KnownPaths paths;
  private final RequestTable table;
  private final Pairing pairing = new Pairing(UNDER_WAY, this::request);
  private final InOrder inOrder = new InOrder(pairing::accept);
  private long left = Long.MAX_VALUE;
  private boolean saidUnnumbered;

  /**
   * @param maps null if the mount has none
   * @param totals to count in, or null
   */
  Tracer(
      PinnedMount mount,
      PinnedCache maps,
      RequestFilter filter,
      OutputOptions output,
      TraceSummary totals) {
    this.mount = mount;
    this.filter = filter;
    this.totals = totals;
    parser = new TraceParser(mount.number());
    paths = new KnownPaths(NODES, maps);
    // The trace is on: what changes while the maps are read corrects it afterwards.
    paths.load();
    table = new RequestTable(output);
    table.flush();
  }

  /**
   * Prints until there were enough rows, the time is over or somebody interrupts.
   *
   * @param count of rows, null for any number
   * @param duration in nanoseconds, null for any time
   * @throws CommandException when the mount is gone
   */
  void run(TracePipe pipe, Long count, Long duration, Interruption interruption)
      throws InterruptedException {
    left = count == null ? Long.MAX_VALUE : count;
    long start = System.nanoTime();
    long looked = start;
    while (left > 0 && !interruption.requested()) {
      String line = pipe.poll(IDLE_NS);
      if (line == null) {
        inOrder.drain();
        table.flush();
      } else {
        take(line);
      }
      long now = System.nanoTime();
      if (duration != null && now - start >= duration) {
        break;
      }
      if (now - looked >= LOOK_NS) {
        looked = now;
        table.flush();
        requireMounted();
      }
    }
    inOrder.drain();
    pairing.end();
  }

  private void requireMounted() {
    if (!mount.isMounted()) {
      inOrder.drain();
      pairing.end();
      table.flush();
      throw new CommandException(mount.name() + " was unmounted");
    }
  }

  private void take(String line) {
    Optional<TraceEvent> event = parser.parse(line);
    if (event.isEmpty()) {
      table.say("unreadable line of the trace: " + NameText.escape(line), "unreadable", 1);
    } else if (event.get() instanceof TraceEvent.Timed timed) {
      inOrder.add(timed);
    } else if (event.get() instanceof TraceEvent.Lost lost) {
      inOrder.drain();
      pairing.lost();
      String events = lost.events() < 0 ? "some" : Columns.count(lost.events());
      table.say(
          "lost: " + events + " events came faster than they were read", "lost", lost.events());
    }
    if (!pairing.numbered() && !saidUnnumbered) {
      saidUnnumbered = true;
      table.flush();
      Console.say(
          "this kernel does not number requests when it traces their sending (Linux 6.11 to 6.17):"
              + " results and latencies of the daemon's answers are not known");
    }
  }

  private void request(TracedRequest request) {
    KnownPaths.Target target = paths.target(request);
    boolean nothing = paths.learn(request);
    if (left > 0 && filter.wants(request, target)) {
      left--;
      table.row(request, target, nothing);
      if (totals != null) {
        totals.add(request);
      }
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
