// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import com.sun.jna.Callback;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what libbpf prints to the SLF4J logger {@code org.extfuse4j.bpf.libbpf}, warn to WARN, info
 * to INFO, debug to DEBUG.
 *
 * <p>libbpf prints on the thread that called it, so a thread can also record the warnings of its
 * own call and quote them in an exception.
 */
public final class LibBpfLog {
  /** {@code libbpf_print_fn_t}; the va_list arrives as a pointer on every 64-bit Linux ABI. */
  interface PrintFn extends Callback {
    int invoke(int level, Pointer format, Pointer args);
  }

  public static final Logger LOG = LoggerFactory.getLogger("org.extfuse4j.bpf.libbpf");

  private static final int WARN = 0;
  private static final int INFO = 1;

  /** A line longer than this is cut: a va_list can be read only once, so the size is not known. */
  private static final int LINE_LIMIT = 64 << 10;

  private static final int QUOTED_LINES = 6;
  private static final int QUOTED_CHARS = 300;

  private static final String PREFIX = "libbpf: ";

  /** Strongly held: libbpf keeps the function pointer for the life of the process. */
  private static final PrintFn PRINT = LibBpfLog::print;

  private static final ThreadLocal<List<String>> RECORDED = new ThreadLocal<>();
  private static final Memory LINE = new Memory(LINE_LIMIT);

  private LibBpfLog() {}

  static void install() {
    LibBpf.libbpf_set_print(PRINT);
  }

  /** Starts to record this thread's warnings, until {@link #endRecording()}. */
  public static void beginRecording() {
    RECORDED.set(new ArrayList<>());
  }

  /** Stops recording and returns the warnings as one line, or an empty string. */
  public static String endRecording() {
    List<String> lines = RECORDED.get();
    RECORDED.remove();
    return lines == null ? "" : String.join("; ", lines).replace('\n', ' ');
  }

  /**
   * Called by libbpf; an exception must not reach C, and errno must survive (libbpf reads it
   * after).
   */
  @SuppressWarnings("CatchingUnchecked")
  private static int print(int level, Pointer format, Pointer args) {
    try {
      Pointer errno = new Pointer(LibC.__errno_location());
      int saved = errno.getInt(0);
      List<String> recorded = RECORDED.get();
      if ((level == WARN && recorded != null) || isEnabled(level)) {
        String text = format(format, args);
        if (level == WARN && recorded != null) {
          record(recorded, text);
        }
        log(level, text);
      }
      errno.setInt(0, saved);
    } catch (Throwable e) {
      // Nowhere to report it: the logger itself may be what failed.
    }
    return 0;
  }

  /** An exception's message needs the first few lines, not a whole log. */
  private static void record(List<String> recorded, String text) {
    if (recorded.size() < QUOTED_LINES) {
      recorded.add(text.length() <= QUOTED_CHARS ? text : text.substring(0, QUOTED_CHARS) + "...");
    }
  }

  private static String format(Pointer format, Pointer args) {
    synchronized (LINE) {
      long buf = Pointer.nativeValue(LINE);
      LibC.vsnprintf(buf, LINE_LIMIT, Pointer.nativeValue(format), Pointer.nativeValue(args));
      String text = LINE.getString(0, "UTF-8").strip();
      return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    }
  }

  private static boolean isEnabled(int level) {
    return switch (level) {
      case WARN -> LOG.isWarnEnabled();
      case INFO -> LOG.isInfoEnabled();
      default -> LOG.isDebugEnabled();
    };
  }

  private static void log(int level, String text) {
    switch (level) {
      case WARN -> LOG.warn(text);
      case INFO -> LOG.info(text);
      default -> LOG.debug(text);
    }
  }
}
