// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.daemon.run.PinnedMount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse map find}: some of the names in the maps. */
@Command(
    name = "find",
    description = {
      "Prints the entries of a mount's in-kernel cache that fit all of the options.",
      "",
      "An entry with nodeid 0 says that there is no such name.",
      ""
    },
    footer = {"", NameText.HELP},
    mixinStandardHelpOptions = true)
final class MapFindCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Option(
      names = "--parent",
      paramLabel = "NODEID",
      description = "In this directory (the root is 1).")
  Long parent;

  @Option(
      names = "--name",
      paramLabel = "PATTERN",
      description = "With this name; * stands for any characters, ? for one.")
  String name;

  @Option(names = "--nodeid", paramLabel = "NODEID", description = "Leading to this node.")
  Long nodeid;

  @Option(names = "--stale", description = "Marked stale by a change.")
  boolean stale;

  @Option(names = "--negative", description = "Saying that there is no such name.")
  boolean negative;

  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    Predicate<EntryRecord> wanted = filter();
    try (PinnedCache cache = PinnedMount.of(mount).open();
        EntryTable table = new EntryTable(output)) {
      cache.entries(
          entry -> {
            if (wanted.test(entry)) {
              table.row(entry);
            }
          });
    }
    return 0;
  }

  private Predicate<EntryRecord> filter() {
    Predicate<EntryRecord> all = entry -> true;
    if (parent != null) {
      all = all.and(entry -> entry.parent() == parent);
    }
    if (name != null) {
      Pattern pattern = NameText.pattern(name);
      all = all.and(entry -> pattern.matcher(entry.name()).matches());
    }
    if (nodeid != null) {
      all = all.and(entry -> entry.nodeid() == nodeid);
    }
    if (stale) {
      all = all.and(entry -> entry.stale() != 0);
    }
    return negative ? all.and(EntryRecord::isNegative) : all;
  }
}
