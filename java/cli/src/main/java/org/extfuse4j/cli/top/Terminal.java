// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.daemon.CommandException;

/**
 * The terminal on standard output: its alternate screen, keys without a line end, and all as it was
 * at the end, however that comes about but by SIGKILL.
 */
final class Terminal implements AutoCloseable {
  private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
  private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
  private static final long TIOCGWINSZ = 0x5413;
  private static final File TTY = new File("/dev/tty");
  private static final int STTY_SECONDS = 5;

  /** In characters. */
  record Size(int width, int height) {}

  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    static native int ioctl(int fd, long request, ByteBuffer argument);
  }

  private final PrintStream out = System.out;
  private final InputStream in = System.in;
  private final String settings;
  private boolean open;

  /**
   * Takes the terminal.
   *
   * @throws CommandException if there is none
   */
  Terminal() {
    if (size() == null) {
      throw new CommandException(
          "standard output is no terminal: give --once, or --once --json for scripts");
    }
    settings = stty("-g").strip();
    // Ctrl-Z would leave the shell with a screen like this.
    stty("-icanon", "-echo", "min", "0", "time", "0", "susp", "undef");
    open = true;
    print(ENTER);
  }

  /** Of standard output; null if that is no terminal. */
  static Size size() {
    ByteBuffer winsize = ByteBuffer.allocateDirect(4 * Short.BYTES).order(ByteOrder.nativeOrder());
    if (LibC.ioctl(1, TIOCGWINSZ, winsize) != 0) {
      return null;
    }
    int rows = Short.toUnsignedInt(winsize.getShort(0));
    int columns = Short.toUnsignedInt(winsize.getShort(Short.BYTES));
    return rows == 0 || columns == 0 ? new Size(80, 24) : new Size(columns, rows);
  }

  /** Shows lines, none wider than the terminal, the first in reverse. */
  synchronized void show(List<String> lines, Size size) {
    if (!open) {
      return;
    }
    StringBuilder screen = new StringBuilder("\033[H");
    for (int i = 0; i < size.height(); i++) {
      // Erased first: after a character in the last column it might take that one.
      screen.append(i > 0 ? "\r\n" : "").append("\033[2K");
      if (i < lines.size()) {
        String line = lines.get(i);
        screen.append(i == 0 ? "\033[7m" + Text.left(line, size.width()) + "\033[0m" : line);
      }
    }
    print(screen.toString());
  }

  /** A key that was pressed; -1 for none. */
  int key() {
    try {
      return in.available() > 0 ? in.read() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      print(LEAVE);
      stty(settings);
    }
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  private static String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TTY)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new CommandException("stty cannot set the terminal; --once needs none");
      }
      return said;
    } catch (IOException e) {
      throw new CommandException("cannot set the terminal with stty", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }
}
