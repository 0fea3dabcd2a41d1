// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.daemon.CommandException;

/**
 * The lines of trace_pipe, read by a thread of its own because reading waits for events. When
 * nobody takes them the thread waits, and the kernel overwrites its oldest events and says so.
 */
final class TracePipe implements AutoCloseable {
  private static final int LINES = 1 << 13;
  private static final int CHUNK = 1 << 16;

  private final FileChannel pipe;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES);
  private final Thread reader = new Thread(this::read, "trace-pipe");
  private volatile IOException failure;
  private volatile boolean ended;

  TracePipe(FileChannel pipe) {
    this.pipe = pipe;
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * The next line, bytes as ISO-8859-1; null if none came in time.
   *
   * @throws CommandException when there will be no more
   */
  String poll(long nanos) throws InterruptedException {
    String line = lines.poll(nanos, TimeUnit.NANOSECONDS);
    if (line == null && ended && lines.isEmpty()) {
      throw failure == null
          ? new CommandException("somebody has switched this trace off")
          : new CommandException("cannot read the trace", failure);
    }
    return line;
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      while (pipe.read(buffer.clear()) >= 0) {
        for (buffer.flip(); buffer.hasRemaining(); ) {
          byte b = buffer.get();
          if (b == '\n') {
            lines.put(line.toString(ISO_8859_1));
            line.reset();
          } else {
            line.write(b);
          }
        }
      }
    } catch (ClosedChannelException e) {
      ended = true; // by close()
      return;
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close()
    }
    ended = true;
  }

  /** Ends the thread, also while it waits. */
  @Override
  public void close() {
    try {
      pipe.close();
      reader.interrupt();
      reader.join(TimeUnit.SECONDS.toMillis(2));
    } catch (IOException e) {
      throw new CommandException("cannot close the trace", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
