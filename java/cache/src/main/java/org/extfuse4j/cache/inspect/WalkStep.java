// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.inspect;

import java.util.Optional;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.ValueState;

/**
 * A request of a walk along a path, and what the handler would make of it.
 *
 * @param opcode LOOKUP, or GETATTR for the root itself
 * @param nodeid that the request is about: for LOOKUP the directory
 * @param name that is looked up; empty for GETATTR
 * @param entry what the maps hold under that name
 * @param attr what they hold of the node that it leads to
 */
public record WalkStep(
    int opcode,
    long nodeid,
    String name,
    Answer answer,
    Optional<EntryRecord> entry,
    Optional<AttrRecord> attr) {

  /** What becomes of a request, and why. */
  public enum Answer {
    ANSWERED(Outcome.ANSWERED, "answered"),
    NEGATIVE(Outcome.NEGATIVE, "answered: no such name"),
    SWITCHED_OFF(Outcome.PASSED, "switched off"),
    NAME_TOO_LONG(Outcome.MISS_ENTRY, "name too long for the maps"),
    NO_ENTRY(Outcome.MISS_ENTRY, "no entry"),
    ENTRY_TORN(Outcome.MISS_TORN, "entry torn"),
    ENTRY_STALE(Outcome.MISS_STALE, "entry stale"),
    ENTRY_OLD_EPOCH(Outcome.MISS_EXPIRED, "entry of an old epoch"),
    ENTRY_EXPIRED(Outcome.MISS_EXPIRED, "entry expired"),
    NO_ATTR(Outcome.MISS_ATTR, "no attribute"),
    ATTR_TORN(Outcome.MISS_TORN, "attribute torn"),
    ATTR_STALE(Outcome.MISS_STALE, "attribute stale"),
    ATTR_OLD_EPOCH(Outcome.MISS_EXPIRED, "attribute of an old epoch"),
    ATTR_EXPIRED(Outcome.MISS_EXPIRED, "attribute expired"),
    NO_SLOT(Outcome.PASSED, "no counter of lookups");

    private final Outcome outcome;
    private final String text;

    Answer(Outcome outcome, String text) {
      this.outcome = outcome;
      this.text = text;
    }

    /** What the handler counts it as. */
    public Outcome outcome() {
      return outcome;
    }

    /** Whether the request would go up to the daemon. */
    public boolean goesUp() {
      return this != ANSWERED && this != NEGATIVE;
    }

    static Answer ofEntry(ValueState state) {
      return switch (state) {
        case VALID -> ANSWERED;
        case TORN -> ENTRY_TORN;
        case STALE -> ENTRY_STALE;
        case OLD_EPOCH -> ENTRY_OLD_EPOCH;
        case EXPIRED -> ENTRY_EXPIRED;
      };
    }

    static Answer ofAttr(ValueState state) {
      return switch (state) {
        case VALID -> ANSWERED;
        case TORN -> ATTR_TORN;
        case STALE -> ATTR_STALE;
        case OLD_EPOCH -> ATTR_OLD_EPOCH;
        case EXPIRED -> ATTR_EXPIRED;
      };
    }

    /** In words. */
    @Override
    public String toString() {
      return text;
    }
  }
}
