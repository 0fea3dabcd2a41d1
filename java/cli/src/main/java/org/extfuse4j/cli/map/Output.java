// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.cli.ClosedPipeException;
import org.extfuse4j.daemon.CommandException;

/**
 * Standard output, in whole lines: whoever interrupts the command, or its reader, finds none that
 * is cut. A failure to write is one, unless the reader went away: {@link ClosedPipeException}.
 */
final class Output {
  private static final int ENOUGH = 32 * 1024;

  private final PrintStream to = System.out;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream(2 * ENOUGH);

  /** Where a line can be written to, before {@link #endLine}. */
  OutputStream line() {
    return pending;
  }

  void endLine() {
    pending.write('\n');
    if (pending.size() >= ENOUGH) {
      flush();
    }
  }

  void line(String text) {
    pending.writeBytes(text.getBytes(UTF_8));
    endLine();
  }

  void flush() {
    to.write(pending.toByteArray(), 0, pending.size());
    pending.reset();
    if (to.checkError()) {
      throw isPipe()
          ? new ClosedPipeException()
          : new CommandException("cannot write to standard output: is there no space left?");
    }
  }

  private static boolean isPipe() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
