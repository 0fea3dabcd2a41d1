// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.MountTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code extfuse remount}: what {@code mount -o remount} does, through mount.fuse.extfuse. */
@Command(
    name = "remount",
    description = {
      "Makes a mount read-only, or writable again; also what was mounted with --read-only. Fails"
          + " while files are open for writing.",
      ""
    },
    mixinStandardHelpOptions = true)
final class RemountCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  Path mountpoint;

  @Option(
      names = "-o",
      paramLabel = "OPTIONS",
      split = ",",
      required = true,
      description =
          "ro, rw, noexec or exec; what is not named stays as it is. Options that can only be given"
              + " when it is mounted are ignored, as mount(8) repeats them.")
  List<String> options;

  @Override
  public Integer call() {
    Path path = Mounts.resolve(mountpoint);
    MountTable.Mount mount =
        MountTable.at(Mounts.table(), path)
            .filter(found -> found.type().equals(Mounts.TYPE))
            .orElseThrow(() -> new CommandException(path + " is not mounted by extfuse"));
    boolean readOnly = choose("ro", "rw", mount.has("ro"));
    if (!readOnly) {
      // One that was mounted read-only refuses changes itself, whatever the kernel lets through.
      ControlClient.of(path).writable();
    }
    FuseMount.remount(
        new FuseMountOptions(path)
            .source(mount.source())
            .readOnly(readOnly)
            .noexec(choose("noexec", "exec", mount.has("noexec")))
            .nosuid(mount.has("nosuid"))
            .nodev(mount.has("nodev")));
    return 0;
  }

  /** The last of two opposite options decides. */
  private boolean choose(String on, String off, boolean now) {
    int last = options.lastIndexOf(on) - options.lastIndexOf(off);
    return last == 0 ? now : last > 0;
  }
}
