// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.extfuse4j.daemon.run.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace buffers that commands of this program make for themselves in tracefs. Their names say
 * whose they are, so that what a killed process left can be told and removed: while the event
 * extfuse_request is enabled in it, walks on every mount of this machine ask the program each time.
 */
public final class OwnInstances {
  private static final Logger LOG = LoggerFactory.getLogger(OwnInstances.class);
  private static final Pattern NAME = Pattern.compile("extfuse-[a-z]+-(\\d{1,9})-(\\d{1,18})");

  private OwnInstances() {}

  /** Where that of this process is to be, for a command. It is not made. */
  public static Path path(Path tracefs, String command) {
    long pid = ProcessHandle.current().pid();
    return tracefs
        .resolve("instances")
        .resolve("extfuse-" + command + "-" + pid + "-" + Processes.startOf(pid));
  }

  /**
   * What dead processes left.
   *
   * @throws IOException if the instances cannot be listed
   */
  public static List<Path> left(Path tracefs) throws IOException {
    try (Stream<Path> all = Files.list(tracefs.resolve("instances"))) {
      return all.filter(OwnInstances::isLeft).toList();
    }
  }

  /**
   * Removes what dead processes left. What cannot be removed is in the log.
   *
   * @throws IOException if the instances cannot be listed
   */
  public static void sweep(Path tracefs) throws IOException {
    for (Path instance : left(tracefs)) {
      try {
        Files.delete(instance);
      } catch (NoSuchFileException e) {
        LOG.debug("{} is gone already", instance);
      } catch (IOException e) {
        LOG.warn("cannot remove what a dead process left in {}: {}", instance, e.getMessage());
      }
    }
  }

  private static boolean isLeft(Path instance) {
    Matcher m = NAME.matcher(instance.getFileName().toString());
    return m.matches()
        && Processes.startOf(Long.parseLong(m.group(1))) != Long.parseLong(m.group(2));
  }
}
