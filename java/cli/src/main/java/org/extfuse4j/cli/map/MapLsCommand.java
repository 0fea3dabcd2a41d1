// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cli.map.Table.Cell;
import org.extfuse4j.daemon.run.PinnedMount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code extfuse map ls}: mounts and their maps. */
@Command(
    name = "ls",
    description = {
      "Lists mounts and the maps of their in-kernel caches: entries, capacity and the kernel's memory.",
      "",
      "Mounts without the in-kernel cache have no maps. Maps without a mount are of one that was"
          + " unmounted while it was in use, or whose daemon was killed.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MapLsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNT", arity = "0..*", description = PinnedMount.DESCRIPTION)
  List<String> mounts = List.of();

  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    List<PinnedMount> listed =
        mounts.isEmpty() ? PinnedMount.all() : mounts.stream().map(PinnedMount::of).toList();
    try (Table table =
        output.table(
            ">number",
            "mount",
            "daemon",
            "map",
            "type",
            ">entries",
            ">capacity",
            ">fill",
            ">memory")) {
      for (PinnedMount mount : listed) {
        rows(table, mount);
      }
    }
    return 0;
  }

  private static void rows(Table table, PinnedMount mount) {
    Object mountpoint = mount.mountpoint().orElse(null);
    Object daemon = mount.daemon().map(pid -> (Object) pid).orElse(new Cell("gone", null));
    if (!mount.hasMaps()) {
      table.row(mount.number(), mountpoint, daemon, null, null, null, null, null, null);
      return;
    }
    try (PinnedCache cache = mount.open()) {
      for (MapRecord map : cache.maps()) {
        boolean counted = map.elements() >= 0;
        table.row(
            mount.number(),
            mountpoint,
            daemon,
            map.name(),
            map.type(),
            counted ? Cell.count(map.elements()) : null,
            Cell.count(map.capacity()),
            counted ? Cell.decimal(100.0 * map.elements() / map.capacity(), " %") : null,
            Cell.memory(map.memory()));
      }
    }
  }
}
