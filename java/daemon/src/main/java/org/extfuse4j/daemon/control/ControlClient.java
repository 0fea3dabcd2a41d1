// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.PinnedMount;
import org.extfuse4j.daemon.run.RunDirectory;

/** Speaks to the daemon of a mount. */
public final class ControlClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String mountpoint;
  private final Path socket;

  private ControlClient(String mountpoint, Path socket) {
    this.mountpoint = mountpoint;
    this.socket = socket;
  }

  /**
   * The daemon that serves a mount point.
   *
   * @throws CommandException when no daemon of ours is mounted there
   */
  public static ControlClient of(Path mountpoint) {
    Path path = Mounts.resolve(mountpoint);
    Mounts.Mount mount =
        Mounts.at(path)
            .filter(Mounts.Mount::isExtfuse)
            .orElseThrow(() -> new CommandException(path + " is not mounted by extfuse"));
    return new ControlClient(path.toString(), RunDirectory.of(mount.connection()).socket());
  }

  /** The daemon that serves a mount, if it lives; that is seen when it is asked. */
  public static ControlClient of(PinnedMount mount) {
    return new ControlClient(mount.name(), RunDirectory.of(mount.number()).socket());
  }

  /** The counts of the daemon. */
  public DaemonStats stats() {
    return ask("stats", DaemonStats.class);
  }

  /** How long the requests took that reached the daemon. */
  public DaemonLatency latency() {
    return ask("latency", DaemonLatency.class);
  }

  /** What the lookup counts of the daemon add up to. */
  public Audit audit() {
    return ask("audit", Audit.class);
  }

  private <T> T ask(String command, Class<T> type) {
    try {
      return JSON.treeToValue(ask(command), type);
    } catch (IOException e) {
      throw new CommandException("the daemon of " + mountpoint + " is of another version", e);
    }
  }

  /** Empties the in-kernel cache. */
  public void flush() {
    ask("flush");
  }

  /** Has the daemon let changes through, as the kernel is about to. */
  public void writable() {
    ask("writable");
  }

  /** Has the daemon forget what it knows of a path of its mount, "/" being the root. */
  public void invalidate(String path, boolean tree) {
    ask(line(tree ? "invalidate-tree" : "invalidate", path));
  }

  /** A command with an argument, which may have any characters. */
  static String line(String command, String argument) {
    return command + " " + URLEncoder.encode(argument, StandardCharsets.UTF_8);
  }

  private JsonNode ask(String command) {
    JsonNode answer;
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
      answer = JSON.readTree(Channels.newInputStream(channel));
    } catch (IOException e) {
      throw new CommandException(
          "the daemon of "
              + mountpoint
              + " does not answer on "
              + socket
              + " (killed? then: extfuse umount "
              + mountpoint
              + ")",
          e);
    }
    if (answer == null || !answer.isObject()) {
      throw new CommandException("the daemon of " + mountpoint + " hung up without an answer");
    }
    if (answer.has("error")) {
      throw new CommandException(
          "the daemon of " + mountpoint + ": " + answer.get("error").asText());
    }
    return answer;
  }
}
