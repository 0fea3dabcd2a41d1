// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where lines for the person go: standard error. A daemon that the launcher starts in the
 * background has its log there, and a pipe to the launcher as standard output; the launcher shows
 * what comes out of it until a line {@value #READY} or the end.
 */
public final class Console {
  /** Set by the launcher: the file that standard error goes to. */
  public static final String LOG_PROPERTY = "extfuse.background.log";

  private static final String READY = "ready";
  private static final PrintStream OUT = background() ? System.out : System.err;

  private Console() {}

  /** Whether this process is a daemon in the background. */
  static boolean background() {
    return System.getProperty(LOG_PROPERTY) != null;
  }

  /** One line to the person. */
  public static void say(String line) {
    OUT.println("extfuse: " + line);
  }

  /** The daemon serves: the launcher may return. Nothing that is said later is seen. */
  static void ready() {
    if (background()) {
      OUT.println(READY);
      // Closing standard output makes it /dev/null, so the pipe ends here.
      OUT.close();
    }
  }

  public static PrintWriter writer() {
    return new PrintWriter(OUT, true, StandardCharsets.UTF_8);
  }
}
