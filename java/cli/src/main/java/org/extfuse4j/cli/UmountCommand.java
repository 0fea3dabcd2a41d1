// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.daemon.run.Umount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse umount}: ends a mount and its daemon, and cleans up after a killed one. */
@Command(
    name = "umount",
    description = {
      "Unmounts MOUNTPOINT and waits until its daemon has ended. Cleans up after one that was"
          + " killed.",
      ""
    },
    mixinStandardHelpOptions = true)
final class UmountCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Option(
      names = {"-l", "--lazy"},
      description = "Unmount a mount in use: out of sight now, gone with its last user.")
  boolean lazy;

  @Override
  public Integer call() throws InterruptedException {
    Umount.unmount(mountpoint, lazy);
    return 0;
  }
}
