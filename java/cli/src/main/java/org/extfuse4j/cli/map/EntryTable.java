// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.Locale;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.Expiry;

/** Names in the maps, a row each. */
final class EntryTable implements AutoCloseable {
  private static final double SECOND = 1e9;

  private final Table table;

  EntryTable(OutputOptions options) {
    table = options.table(">parent", ">nodeid", "state", ">expires in", ">epoch", ">lap", "name");
  }

  void row(EntryRecord entry) {
    table.row(
        entry.parent(),
        entry.nodeid(),
        entry.state(),
        expires(entry.expires(), entry.leftNs()),
        Integer.toUnsignedLong(entry.epoch()),
        Integer.toUnsignedLong(entry.used()),
        NameText.escape(entry.name()));
  }

  /** In seconds; null in JSON for what never does. */
  static Table.Cell expires(int expires, long leftNs) {
    return expires == Expiry.NEVER
        ? new Table.Cell("never", null)
        : new Table.Cell(String.format(Locale.ROOT, "%.1f s", leftNs / SECOND), leftNs / SECOND);
  }

  @Override
  public void close() {
    table.close();
  }
}
