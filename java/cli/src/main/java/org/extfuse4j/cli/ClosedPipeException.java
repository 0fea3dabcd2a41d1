// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

/** Nobody reads standard output any more, as behind {@code | head}: an end, not a failure. */
public final class ClosedPipeException extends RuntimeException {
  /** What a shell says of a program that SIGPIPE ended. */
  static final int STATUS = 128 + 13;
}
