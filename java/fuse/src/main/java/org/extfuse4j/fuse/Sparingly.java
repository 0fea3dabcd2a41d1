// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.HashMap;
import java.util.Map;

/**
 * Which of many like lines go to a log: one of a kind in a minute, and it says how many there were.
 * A file system that fails at each request would fill a disk. Any thread.
 */
public final class Sparingly {
  /** The answer to {@link #since} that says: not this one. */
  public static final long NOT_NOW = -1;

  private static final long MINUTE_NS = 60_000_000_000L;
  private static final int KINDS = 256;

  private static final class Seen {
    long saidNs;
    long since;
  }

  private final Map<String, Seen> byKind = new HashMap<>();

  /**
   * One more line of a kind.
   *
   * @return how many of this kind were left out since the last one, or {@link #NOT_NOW}
   */
  public long since(String kind) {
    return since(kind, System.nanoTime());
  }

  synchronized long since(String kind, long nowNs) {
    Seen seen = byKind.get(kind);
    if (seen != null && nowNs - seen.saidNs < MINUTE_NS) {
      seen.since++;
      return NOT_NOW;
    }
    if (seen == null) {
      if (byKind.size() >= KINDS) {
        byKind.clear();
      }
      seen = new Seen();
      byKind.put(kind, seen);
    }
    long since = seen.since;
    seen.saidNs = nowNs;
    seen.since = 0;
    return since;
  }

  /** What a line ends with: nothing, or how many like it were left out. */
  public static String more(long since) {
    return since == 0 ? "" : " (and " + since + " times since the last such line)";
  }
}
