// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse map}: what the in-kernel cache of a running mount knows. */
@Command(
    name = "map",
    description = "Changes what the cache of a mount knows.",
    subcommands = MapCommand.Invalidate.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MapCommand {
  private MapCommand() {}

  /** {@code extfuse map invalidate}. */
  @Command(
      name = "invalidate",
      description = {
        "Forgets what is known of PATH: its name and its attributes. For file systems whose content"
            + " changes by itself (mount --jnrfuse).",
        ""
      },
      mixinStandardHelpOptions = true)
  static final class Invalidate implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
    Path mountpoint;

    @Parameters(
        index = "1",
        paramLabel = "PATH",
        description = "In the mount: from its root, with or without a slash before it.")
    String path;

    @Option(names = "--tree", description = "And of all below it.")
    boolean tree;

    @Override
    public Integer call() {
      ControlClient.of(mountpoint).invalidate(path.startsWith("/") ? path : "/" + path, tree);
      return 0;
    }
  }
}
