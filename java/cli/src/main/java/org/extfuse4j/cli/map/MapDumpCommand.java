// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.inspect.HandlerRecord;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code extfuse map dump}: all that a mount's maps hold. */
@Command(
    name = "dump",
    description = {
      "Prints what the in-kernel cache of a mount holds, in the order of the maps.",
      "",
      "An entry with nodeid 0 says that there is no such name. A state other than valid says why the"
          + " kernel does not answer with it.",
      ""
    },
    footer = {"", NameText.HELP},
    mixinStandardHelpOptions = true)
final class MapDumpCommand implements Callable<Integer> {
  /** Kinds of maps; named as they are typed. */
  enum What {
    entries,
    attrs,
    handlers,
    stats
  }

  @Parameters(index = "0", paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Parameters(
      index = "1",
      paramLabel = "WHAT",
      arity = "0..1",
      defaultValue = "entries",
      description = "${COMPLETION-CANDIDATES}; without: entries.")
  What what;

  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    try (PinnedCache cache = PinnedMount.of(mount).open()) {
      switch (what) {
        case entries -> entries(cache);
        case attrs -> attrs(cache);
        case handlers -> handlers(cache);
        case stats -> stats(cache);
      }
    }
    return 0;
  }

  private void entries(PinnedCache cache) {
    try (EntryTable table = new EntryTable(output)) {
      cache.entries(table::row);
    }
  }

  private void attrs(PinnedCache cache) {
    try (Table table =
        output.table(
            ">nodeid",
            "state",
            ">ino",
            ">mode",
            ">nlink",
            ">uid",
            ">gid",
            ">rdev",
            ">size",
            ">blocks",
            ">blksize",
            ">atime",
            ">mtime",
            ">ctime",
            ">expires in",
            ">epoch",
            ">slot",
            "absent")) {
      cache.attrs(record -> row(table, record));
    }
  }

  private static void row(Table table, AttrRecord record) {
    NodeAttr attr = record.attr();
    table.row(
        record.nodeid(),
        record.state(),
        attr.ino(),
        Integer.toOctalString(attr.mode()),
        Integer.toUnsignedLong(attr.nlink()),
        Integer.toUnsignedLong(attr.uid()),
        Integer.toUnsignedLong(attr.gid()),
        Integer.toUnsignedLong(attr.rdev()),
        attr.size(),
        attr.blocks(),
        attr.blksize(),
        time(attr.atime(), attr.atimensec()),
        time(attr.mtime(), attr.mtimensec()),
        time(attr.ctime(), attr.ctimensec()),
        EntryTable.expires(record.expires(), record.leftNs()),
        Integer.toUnsignedLong(record.epoch()),
        record.slot(),
        absent(record));
  }

  private static String time(long seconds, int nanos) {
    return String.format(Locale.ROOT, "%d.%09d", seconds, nanos);
  }

  private static String absent(AttrRecord record) {
    List<String> names = record.absentNames();
    return names.isEmpty() ? null : String.join(",", names);
  }

  private void handlers(PinnedCache cache) {
    try (Table table = output.table(">opcode", "request", "runs on", ">id", "program")) {
      for (HandlerRecord handler : cache.handlers()) {
        table.row(
            handler.opcode(),
            FuseOpcode.name(handler.opcode()),
            handler.reply() ? "reply" : "request",
            Integer.toUnsignedLong(handler.id()),
            handler.program());
      }
    }
  }

  private void stats(PinnedCache cache) {
    CacheStats counted = cache.stats();
    try (Table table = output.table(OutcomeColumns.headings("request"))) {
      for (int opcode = 0; opcode < FuseOpcode.COUNT; opcode++) {
        int of = opcode;
        if (Arrays.stream(Outcome.values()).anyMatch(o -> counted.count(of, o) > 0)) {
          table.row(
              OutcomeColumns.cells(FuseOpcode.name(of), outcome -> counted.count(of, outcome)));
        }
      }
    }
  }
}
