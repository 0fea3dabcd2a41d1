// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a library that JNA unpacks from a jar did not load. It goes into the folder {@code
 * jna.tmpdir}, or else JNA/temp in $XDG_CACHE_HOME or ~/.cache, or else java.io.tmpdir
 * (Native.getTempDir() of JNA).
 */
final class UnpackedLibrary {
  private static final Pattern FILE = Pattern.compile("(/\\S.*)/jna\\d+\\.tmp: ");
  private static final String NOT_EXECUTABLE = "failed to map segment";
  private static final String HINT =
      ": set XDG_CACHE_HOME (or -Djna.tmpdir of java) to another folder";

  private UnpackedLibrary() {}

  /** The end of a line: the folder, the reason, and what to do, after what else is known. */
  static String why(LinkageError e) {
    String reason = reason(e);
    Matcher file = FILE.matcher(reason);
    if (!file.find()) {
      return " (" + reason + "): see -Djna.debug_load=true";
    }
    String folder = file.group(1).replaceFirst("/jna\\d+\\.tmp: .*", "");
    String what =
        reason.contains(NOT_EXECUTABLE)
            ? ", whose file system is mounted noexec"
            : ": " + reason.substring(file.end());
    return ": it is unpacked into " + folder + what + HINT;
  }

  /** Later tries only say that the first one failed; the reason is kept as a cause. */
  private static String reason(Throwable e) {
    Throwable last = e;
    while (last.getCause() != null && last.getCause() != last) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage()).lines().findFirst().orElse("no reason given").strip();
  }
}
