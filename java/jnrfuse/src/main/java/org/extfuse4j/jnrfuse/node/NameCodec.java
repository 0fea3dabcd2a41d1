// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.extfuse4j.fuse.protocol.Request;

/** Names as bytes, which the kernel has, and as strings, which callbacks want: UTF-8. */
public final class NameCodec {
  private static final char UNDECODABLE = '\uFFFD';

  private NameCodec() {}

  /**
   * The name at an offset of a request's body.
   *
   * @return null if it is not UTF-8: two such names could become one string, so the answer is
   *     EILSEQ
   */
  public static String of(Request rq, int offset) {
    byte[] bytes = rq.nameBytes(offset);
    String name = new String(bytes, UTF_8);
    boolean doubtful = name.indexOf(UNDECODABLE) >= 0;
    return doubtful && !Arrays.equals(name.getBytes(UTF_8), bytes) ? null : name;
  }

  public static boolean isDot(String name) {
    return name.equals(".");
  }

  public static boolean isDotDot(String name) {
    return name.equals("..");
  }
}
