// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/** There can be no in-kernel cache; the message is one line: what, why, what to do. */
public final class CacheUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure; the cause may be null. */
  public CacheUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
