// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.daemon.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code extfuse map flush}: by one write, whatever the size of the cache. */
@Command(
    name = "flush",
    description = {
      "Empties the in-kernel cache of a mount at once; it fills again as names are used.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MapFlushCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Override
  public Integer call() {
    ControlClient.of(mountpoint).flush();
    return 0;
  }
}
