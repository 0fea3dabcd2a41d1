// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.ControlClient;

/**
 * A mount with a daemon of its own, made by the launcher.
 *
 * @param root where it is mounted
 * @param pid of its daemon
 */
public record ServedMount(Path root, ControlClient control, long pid) {
  /**
   * Mounts a tree.
   *
   * @param options of {@code extfuse mount}
   * @param tree the source, or null if the options name one
   * @param root the mount point, which is made
   * @throws CommandException in the launcher's words
   */
  public static ServedMount start(String launcher, List<String> options, Path tree, Path root)
      throws InterruptedException {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new CommandException("cannot make the mount point " + root, e);
    }
    List<String> command = new ArrayList<>(List.of(launcher, "mount"));
    command.addAll(options);
    command.add("--");
    if (tree != null) {
      command.add(tree.toString());
    }
    command.add(root.toString());
    Tool.Result result = Tool.run(command);
    if (result.status() != 0) {
      throw new CommandException(result.lastLine().replaceFirst("^extfuse: ", ""));
    }
    ControlClient control = ControlClient.of(root);
    return new ServedMount(root, control, control.stats().pid());
  }
}
