// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/** What to do about the in-kernel half. */
public enum CacheMode {
  /** Use it if the kernel has it. */
  AUTO,
  /** Fail without it. */
  REQUIRED,
  /** Every request goes to the daemon. */
  OFF
}
