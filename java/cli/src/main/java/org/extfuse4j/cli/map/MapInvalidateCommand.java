// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.daemon.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse map invalidate}: something has changed that the mount has not seen. */
@Command(
    name = "invalidate",
    description = {
      "Forgets what is known of PATH: its name and its attributes. For file systems whose content"
          + " changes by itself (mount --jnrfuse).",
      ""
    },
    mixinStandardHelpOptions = true)
final class MapInvalidateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "From the root of the mount, with or without a slash before it.")
  String path;

  @Option(names = "--tree", description = "And of all below it.")
  boolean tree;

  @Override
  public Integer call() {
    ControlClient.of(mountpoint).invalidate(path.startsWith("/") ? path : "/" + path, tree);
    return 0;
  }
}
