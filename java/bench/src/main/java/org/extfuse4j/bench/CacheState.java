// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

/** What was in the caches when a run began. */
public enum CacheState {
  /** Nothing: the kernel's caches dropped, the in-kernel maps flushed. */
  COLD("cold"),

  /** What the same run just before left there. */
  WARM("warm");

  public final String label;

  CacheState(String label) {
    this.label = label;
  }
}
