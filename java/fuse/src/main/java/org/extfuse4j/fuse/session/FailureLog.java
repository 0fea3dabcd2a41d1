// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs failures that a caller can repeat as often as it likes, so that they fill no disk: the first
 * of a kind with its stack trace, if there is one, then how many more there were, at most one line
 * a minute. The number of kinds is bounded too; what is beyond counts as one. Any thread.
 *
 * <p>Logback's DuplicateMessageFilter drops what repeats for good and does not say how much that
 * was, and a library does not choose who logs for it.
 */
public final class FailureLog {
  private static final long PERIOD_NS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_KINDS = 64;
  private static final String OTHERS = "others";

  private static final class Kind {
    long loggedNs;
    long more;
  }

  private final Logger log;
  private final long periodNs;
  // Guarded by this.
  private final Map<String, Kind> kinds = new HashMap<>();

  /** Logs to a logger, as errors. */
  public FailureLog(Logger log) {
    this(log, PERIOD_NS);
  }

  FailureLog(Logger log, long periodNs) {
    this.log = log;
    this.periodNs = periodNs;
  }

  /**
   * Something failed.
   *
   * @param kind what failures have in common of which one need be seen
   * @param what the line; not made if none is logged
   * @param cause null, or what has its stack trace logged with the first
   */
  public void error(String kind, Supplier<String> what, Throwable cause) {
    log(Level.ERROR, kind, what, cause);
  }

  /** The same for what is no failure of a request, and as a warning. */
  public void warn(String kind, Supplier<String> what) {
    log(Level.WARN, kind, what, null);
  }

  private void log(Level level, String kind, Supplier<String> what, Throwable cause) {
    long more = count(kind, System.nanoTime());
    if (more == 0) {
      log.atLevel(level).setCause(cause).log(what.get());
    } else if (more > 0) {
      log.atLevel(level).log("{} (and {} more like it since the last such line)", what.get(), more);
    }
  }

  /** A kind for what a method threw: its class and where it was thrown. */
  public static String kind(String where, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return where + ' ' + thrown.getClass().getName() + ' ' + (trace.length == 0 ? "" : trace[0]);
  }

  /** Logs how many failures have not been logged. */
  public void end() {
    long more = 0;
    synchronized (this) {
      for (Kind kind : kinds.values()) {
        more += kind.more;
        kind.more = 0;
      }
    }
    if (more > 0) {
      log.error("{} more failures like those logged before", more);
    }
  }

  /** 0 for the first of its kind, else how many come with this line, or -1 for no line. */
  private synchronized long count(String name, long now) {
    Kind kind = kinds.get(name);
    if (kind == null && kinds.size() >= MOST_KINDS) {
      kinds.values().removeIf(old -> old.more == 0 && now - old.loggedNs > periodNs);
      if (kinds.size() >= MOST_KINDS) {
        return count(OTHERS, now, kinds.get(OTHERS));
      }
    }
    return count(name, now, kind);
  }

  private long count(String name, long now, Kind known) {
    if (known == null) {
      Kind first = new Kind();
      first.loggedNs = now;
      kinds.put(name, first);
      return 0;
    }
    known.more++;
    if (now - known.loggedNs < periodNs) {
      return -1;
    }
    long more = known.more;
    known.more = 0;
    known.loggedNs = now;
    return more;
  }
}
