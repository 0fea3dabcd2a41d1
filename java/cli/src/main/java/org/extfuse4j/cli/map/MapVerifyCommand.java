// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.stackfs.CacheCheck;
import org.extfuse4j.stackfs.CacheCheck.Difference;
import org.extfuse4j.stackfs.CacheCheck.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code extfuse map verify}: whether what the kernel would answer is so. */
@Command(
    name = "verify",
    description = {
      "Compares each entry and attribute in the in-kernel cache of a mount with the source directory.",
      "",
      "Prints what differs, and ends with status 1 if anything does. The mount may be in use: what"
          + " differs is looked at again first. Values that the kernel does not answer with (stale,"
          + " expired, flushed) cannot be wrong, and access times are not the mount's to keep: they are"
          + " counted only. So are names whose directories have left the cache.",
      ""
    },
    footer = {"", NameText.HELP},
    mixinStandardHelpOptions = true)
final class MapVerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    PinnedMount pinned = PinnedMount.of(mount);
    String source =
        pinned
            .source()
            .orElseThrow(
                () ->
                    new CommandException(
                        pinned.name() + " is not mounted any more: its source is not known"));
    if (!source.startsWith("/")) {
      throw new CommandException(
          pinned.name() + " serves " + source + ", no directory: there is nothing to compare with");
    }
    try (PinnedCache cache = pinned.open();
        Table table = output.table(">nodeid", "differs", "cached", "source", "path")) {
      Summary summary = CacheCheck.run(cache, Path.of(source), found -> row(table, found));
      table.summary(text(summary), json(summary));
      return summary.differences() == 0 ? 0 : 1;
    }
  }

  private static void row(Table table, Difference found) {
    table.row(found.nodeid(), found.field(), found.cached(), found.source(), path(found));
  }

  private static String path(Difference found) {
    if (found.names().isEmpty()) {
      return found.nodeid() == NodeRegistry.ROOT_ID ? "." : null;
    }
    return found.names().stream().map(NameText::escape).collect(Collectors.joining("/"));
  }

  private static List<String> text(Summary summary) {
    return List.of(
        String.format(
            Locale.ROOT,
            "compared %,d entries and the attributes of %,d nodes: %,d differences",
            summary.entries(),
            summary.attrs(),
            summary.differences()),
        String.format(
            Locale.ROOT,
            "not compared: %,d that are not answered now, %,d without a path; %,d access times differ",
            summary.silent(),
            summary.unreachable(),
            summary.atimes()));
  }

  private static Map<String, Long> json(Summary summary) {
    Map<String, Long> json = new LinkedHashMap<>();
    json.put("entries", summary.entries());
    json.put("attrs", summary.attrs());
    json.put("differences", summary.differences());
    json.put("silent", summary.silent());
    json.put("unreachable", summary.unreachable());
    json.put("atimes", summary.atimes());
    return json;
  }
}
