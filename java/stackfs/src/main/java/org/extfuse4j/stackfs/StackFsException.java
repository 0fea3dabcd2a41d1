// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

/** The source cannot be served; the message is one line: what, why, what to do. */
public final class StackFsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StackFsException(String message) {
    super(message);
  }
}
