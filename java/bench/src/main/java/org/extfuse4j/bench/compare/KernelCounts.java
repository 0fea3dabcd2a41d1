// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * The kernel's own count of the requests that it sends to each daemon, by opcode: a histogram of
 * its trace event, which works for every daemon alike. FORGETs are no requests to that event. It
 * costs time, so nothing is timed while it is on.
 */
final class KernelCounts implements AutoCloseable {
  private static final Path EVENT = Path.of("/sys/kernel/tracing/events/fuse/fuse_request_send");
  private static final String TRIGGER = "hist:keys=connection,opcode:size=4096";
  private static final Pattern LINE =
      Pattern.compile("connection: *(\\d+), opcode: *(\\d+) *\\} hitcount: *(\\d+)");

  // Switching an event patches the kernel's code; two emulated processors may stall over that.
  private static final Path SECOND_PROCESSOR = Path.of("/sys/devices/system/cpu/cpu1/online");

  private boolean on;

  /** Switches it on, where the kernel has it. Moves threads to other processors. */
  KernelCounts() {
    // Without CONFIG_HIST_TRIGGERS the event has triggers, but no histogram.
    if (Files.isReadable(EVENT.resolve("hist"))) {
      trigger(TRIGGER);
      on = true;
    }
  }

  /** Whether this kernel can. */
  boolean counts() {
    return on;
  }

  /** Requests so far by connection and then by opcode. */
  Map<Integer, Map<String, Long>> read() {
    if (!on) {
      return Map.of();
    }
    try {
      return parse(Files.readString(EVENT.resolve("hist")));
    } catch (IOException e) {
      throw new CommandException("cannot read " + EVENT.resolve("hist"), e);
    }
  }

  static Map<Integer, Map<String, Long>> parse(String histogram) {
    Map<Integer, Map<String, Long>> counts = new HashMap<>();
    Matcher line = LINE.matcher(histogram);
    while (line.find()) {
      counts
          .computeIfAbsent(Integer.valueOf(line.group(1)), c -> new TreeMap<>())
          .put(FuseOpcode.name(Integer.parseInt(line.group(2))), Long.valueOf(line.group(3)));
    }
    return counts;
  }

  @Override
  public void close() {
    if (on) {
      trigger("!" + TRIGGER);
      on = false;
    }
  }

  private static void trigger(String line) {
    boolean emulated = Files.isWritable(SECOND_PROCESSOR);
    try {
      if (emulated) {
        Files.writeString(SECOND_PROCESSOR, "0");
      }
      Files.writeString(EVENT.resolve("trigger"), line);
    } catch (IOException e) {
      throw new CommandException("cannot count requests by " + EVENT, e);
    } finally {
      if (emulated) {
        online();
      }
    }
  }

  private static void online() {
    try {
      Files.writeString(SECOND_PROCESSOR, "1");
    } catch (IOException e) {
      throw new CommandException("cannot switch the second processor on again", e);
    }
  }
}
