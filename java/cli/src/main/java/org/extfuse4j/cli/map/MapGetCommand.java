// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.inspect.WalkStep;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code extfuse map get}: what the kernel would do with a path. */
@Command(
    name = "get",
    description = {
      "Walks a path through the maps of a mount as the kernel would, and says which requests it would"
          + " answer, and which would go up to the daemon and why.",
      "",
      "Ends with status 0 if the kernel answers all of them, also with \"no such name\"; with 1 if one"
          + " goes up.",
      ""
    },
    footer = {"", NameText.HELP},
    mixinStandardHelpOptions = true)
final class MapGetCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MOUNT", description = PinnedMount.DESCRIPTION)
  String mount;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description =
          "From the root of the mount, with or without a slash before it; or below the mount"
              + " point.")
  String path;

  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    PinnedMount pinned = PinnedMount.of(mount);
    List<String> names = NameText.split(pinned.inside(path));
    try (PinnedCache cache = pinned.open()) {
      List<WalkStep> steps = cache.walk(names);
      try (Table table =
          output.table(">step", "request", ">nodeid", "name", ">child", "goes up", "result")) {
        int number = 0;
        for (WalkStep step : steps) {
          table.row(
              ++number,
              FuseOpcode.name(step.opcode()),
              step.nodeid(),
              step.opcode() == FuseOpcode.LOOKUP ? NameText.escape(step.name()) : null,
              child(step),
              step.answer().goesUp(),
              step.answer());
          if (isBlocked(step) && number < names.size()) {
            table.say(
                "'"
                    + NameText.escape(step.name())
                    + "' is no directory: nothing below it is asked for");
            return 1;
          }
        }
        table.say(verdict(steps));
      }
      return steps.stream().anyMatch(step -> step.answer().goesUp()) ? 1 : 0;
    }
  }

  private static Object child(WalkStep step) {
    return step.entry()
        .filter(EntryRecord::isValid)
        .filter(entry -> !entry.isNegative())
        .map(EntryRecord::nodeid)
        .orElse(null);
  }

  // Only what is believed can tell.
  private static boolean isBlocked(WalkStep step) {
    return step.opcode() == FuseOpcode.LOOKUP
        && step.attr().filter(a -> a.isValid() && !a.attr().isDirectory()).isPresent();
  }

  private static String verdict(List<WalkStep> steps) {
    Optional<WalkStep> first = steps.stream().filter(s -> s.answer().goesUp()).findFirst();
    if (first.isPresent()) {
      WalkStep step = first.get();
      String what =
          step.opcode() == FuseOpcode.LOOKUP
              ? "LOOKUP of '" + NameText.escape(step.name()) + "' in " + step.nodeid()
              : "GETATTR of " + step.nodeid();
      return what + " would go up to the daemon: " + step.answer();
    }
    WalkStep last = steps.get(steps.size() - 1);
    return last.attr()
        .map(AttrRecord::attr)
        .map(MapGetCommand::describe)
        .orElse("answered in the kernel: no such name");
  }

  private static String describe(NodeAttr attr) {
    return "answered in the kernel: inode "
        + Long.toUnsignedString(attr.ino())
        + ", mode "
        + Integer.toOctalString(attr.mode())
        + ", size "
        + Long.toUnsignedString(attr.size());
  }
}
