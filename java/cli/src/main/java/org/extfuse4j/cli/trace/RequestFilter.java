// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/** Which requests are shown; the others are seen all the same, for what they tell about paths. */
final class RequestFilter {
  private final BitSet opcodes;
  private final List<String> prefix;

  /**
   * @param opcodes by name; none for all
   * @param prefix names of a path, bytes as ISO-8859-1; none for all, also those without a path
   * @throws CommandException if an opcode has no such name
   */
  RequestFilter(List<String> opcodes, List<String> prefix) {
    this.opcodes = new BitSet();
    opcodes.forEach(name -> this.opcodes.set(opcode(name.strip())));
    this.prefix = prefix;
  }

  boolean wants(TracedRequest request, KnownPaths.Target target) {
    if (!opcodes.isEmpty() && !opcodes.get(request.opcode())) {
      return false;
    }
    List<String> names = target.names();
    return names.size() >= prefix.size() && names.subList(0, prefix.size()).equals(prefix);
  }

  private static int opcode(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (int opcode = 1; opcode < FuseOpcode.COUNT; opcode++) {
      if (FuseOpcode.name(opcode).equals(upper)) {
        return opcode;
      }
    }
    throw new CommandException(
        "--opcode " + name + " is no FUSE request: give names such as LOOKUP,GETATTR");
  }
}
