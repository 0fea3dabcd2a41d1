// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.extfuse4j.daemon.CommandException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trace buffer of this process's own, in tracefs: other users of the kernel's tracing do not
 * notice it, but for the time that walks take while extfuse_request is traced.
 */
final class TraceInstance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TraceInstance.class);

  static final String ASKED = "extfuse/extfuse_request";
  private static final List<String> UPCALLS =
      List.of("fuse/fuse_request_send", "fuse/fuse_request_end");
  private static final int BUFFER_KIB = 4096; // for each processor
  private static final int PATIENCE_MS = 2_000;
  private static final int POLL_MS = 5;

  /** What the shape of a line depends on; a new instance has what the machine's own buffer has. */
  private static final Map<String, Boolean> OPTIONS =
      Map.of(
          "context-info", true,
          "record-cmd", true,
          "overwrite", true,
          "record-tgid", false,
          "verbose", false,
          "latency-format", false,
          "raw", false,
          "hex", false,
          "bin", false,
          "fields", false);

  private final Path directory;

  private TraceInstance(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes one that records the events of a connection.
   *
   * @param program whether the mount has an in-kernel program, whose event is wanted then
   * @throws CommandException without tracefs, the events or the right to use them
   */
  static TraceInstance of(int connection, boolean program) {
    Path tracefs = TraceFs.find().orElseThrow(TraceInstance::missing);
    require(tracefs, UPCALLS.get(0), "CONFIG_FUSE_FS and tracing (Linux 6.9 or later)");
    if (program) {
      require(tracefs, ASKED, "an ExtFUSE patch with trace events: scripts/vm boots one");
    }
    TraceInstance instance = new TraceInstance(OwnInstances.path(tracefs, "trace"));
    boolean complete = false;
    try {
      OwnInstances.sweep(tracefs);
      Files.createDirectory(instance.directory);
      instance.configure(connection, program);
      complete = true;
      return instance;
    } catch (AccessDeniedException e) {
      throw new CommandException("no permission to trace in " + tracefs + ": run as root");
    } catch (IOException e) {
      throw new CommandException("cannot trace in " + tracefs, e);
    } finally {
      if (!complete) {
        instance.close();
      }
    }
  }

  private static CommandException missing() {
    return TraceFs.isForbidden()
        ? new CommandException("no permission to look into /sys/kernel/tracing: run as root")
        : new CommandException("tracefs is not mounted: " + TraceFs.HOW_TO_MOUNT + ", as root");
  }

  private static void require(Path tracefs, String event, String what) {
    if (!Files.isDirectory(tracefs.resolve("events").resolve(event))) {
      throw new CommandException(
          "this kernel has no trace event " + event.replace('/', ':') + ": it takes " + what);
    }
  }

  private void configure(int connection, boolean program) throws IOException {
    // One clock for all processors, and the one that System.nanoTime() reads.
    write("trace_clock", "mono");
    write("buffer_size_kb", Integer.toString(BUFFER_KIB));
    for (Map.Entry<String, Boolean> option : OPTIONS.entrySet()) {
      Path file = directory.resolve("options").resolve(option.getKey());
      if (Files.exists(file)) {
        Files.writeString(file, option.getValue() ? "1" : "0");
      }
    }
    for (String event : UPCALLS) {
      enable(event, connection);
    }
    if (program) {
      enable(ASKED, connection);
    }
  }

  private void enable(String event, int connection) throws IOException {
    write("events/" + event + "/filter", "connection == " + connection);
    write("events/" + event + "/enable", "1");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text, StandardCharsets.US_ASCII);
  }

  /** Opens the trace; what is read is gone from the buffer. */
  FileChannel open() {
    try {
      return FileChannel.open(directory.resolve("trace_pipe"), StandardOpenOption.READ);
    } catch (IOException e) {
      throw new CommandException("cannot read the trace", e);
    }
  }

  /** Removes the instance; whoever reads it has closed it. */
  @Override
  public void close() {
    // A reader that was interrupted takes a moment to let go of it.
    for (int waited = 0; ; waited += POLL_MS) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        if (waited >= PATIENCE_MS) {
          LOG.warn("cannot remove {}: {}", directory, e.getMessage());
          return;
        }
        try {
          Thread.sleep(POLL_MS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
