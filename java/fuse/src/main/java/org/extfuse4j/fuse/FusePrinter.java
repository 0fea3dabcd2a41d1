// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

/** Prints requests and replies for logs. */
final class FusePrinter {
  private FusePrinter() {}

  static String request(Request rq) {
    return FuseOpcode.name(rq.opcode()) + " nodeid=" + Long.toUnsignedString(rq.nodeid());
  }
}
