// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

/** A file system cannot be served: one line that says what, why and what to do next. */
public final class JnrFuseException extends RuntimeException {
  public JnrFuseException(String message) {
    super(message);
  }

  public JnrFuseException(String message, Throwable cause) {
    super(message, cause);
  }
}
