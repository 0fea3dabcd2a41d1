// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

/** What was in the caches when a run began. */
public enum State {
  /** Nothing: the kernel's caches dropped, the in-kernel maps flushed. */
  COLD("cold"),

  /** What the same run just before left there. */
  WARM("warm");

  public final String label;

  State(String label) {
    this.label = label;
  }
}
