// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Native;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.extfuse4j.daemon.CommandException;

/**
 * The terminal on standard output: its alternate screen, keys without a line end, and all as it was
 * at the end, however that comes about but by SIGKILL.
 *
 * <p>By tcsetattr(3) and no library: JLine 4.5 takes 130 to 290 ms until it has the terminal (its
 * pty alone 50 to 190), unpacks a shared library, runs infocmp and adds 0.7 MB of jars. This takes
 * 0.03 ms, with JNA, which is loaded anyway; two runs of stty(1) took 20.
 */
final class Terminal implements AutoCloseable {
  private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
  private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
  private static final long TIOCGWINSZ = 0x5413;
  private static final int TCSADRAIN = 1;

  /** struct termios of glibc, the same on amd64 and arm64: four words, a byte, c_cc, two speeds. */
  private static final int TERMIOS_SIZE = 60;

  private static final int C_LFLAG = 12;
  private static final int C_CC = 17;
  private static final int ICANON = 2;
  private static final int ECHO = 8;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  private static final int VSUSP = 10;

  /** In characters. */
  record Size(int width, int height) {}

  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    static native int ioctl(int fd, long request, ByteBuffer argument);

    static native int tcgetattr(int fd, ByteBuffer termios);

    static native int tcsetattr(int fd, int when, ByteBuffer termios);
  }

  private final PrintStream out = System.out;
  private final InputStream in = System.in;
  private final ByteBuffer settings = words(TERMIOS_SIZE);
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
    if (LibC.tcgetattr(1, settings) != 0) {
      throw new CommandException("the terminal does not say how it is set; --once needs none");
    }
    ByteBuffer keys = words(TERMIOS_SIZE).put(0, settings, 0, TERMIOS_SIZE);
    keys.putInt(C_LFLAG, keys.getInt(C_LFLAG) & ~(ICANON | ECHO));
    keys.put(C_CC + VMIN, (byte) 0).put(C_CC + VTIME, (byte) 0);
    // Ctrl-Z would leave the shell with a screen like this.
    keys.put(C_CC + VSUSP, (byte) 0);
    if (LibC.tcsetattr(1, TCSADRAIN, keys) != 0) {
      throw new CommandException("the terminal cannot be set; --once needs none");
    }
    open = true;
    print(ENTER);
  }

  /** Of standard output; null if that is no terminal. */
  static Size size() {
    ByteBuffer winsize = words(4 * Short.BYTES);
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
      LibC.tcsetattr(1, TCSADRAIN, settings);
    }
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  private static ByteBuffer words(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
