// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

/**
 * Whether a handler would believe a value of entry_map or attr_map; if there is more than one
 * reason why not, the first that the handlers find (bpf/answer.h).
 */
public enum ValueState {
  /** It is an answer. */
  VALID("valid"),
  /** The seal does not fit: half of another value, or another key's. */
  TORN("torn"),
  /** Marked by a change that is under way, or withheld because the file is open for writing. */
  STALE("stale"),
  /** From before a flush. */
  OLD_EPOCH("old epoch"),
  /** Its time is over. */
  EXPIRED("expired");

  private final String text;

  ValueState(String text) {
    this.text = text;
  }

  static ValueState of(
      boolean sealed, boolean stale, int epoch, int expires, ControlRecord control, long now) {
    if (!sealed) {
      return TORN;
    }
    if (stale) {
      return STALE;
    }
    if (epoch != control.epoch()) {
      return OLD_EPOCH;
    }
    return Expiry.isOver(expires, now) ? EXPIRED : VALID;
  }

  /** In words. */
  @Override
  public String toString() {
    return text;
  }
}
