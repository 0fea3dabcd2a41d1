// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks mounts up in /proc/self/mountinfo, which touches none of them. */
final class MountTable {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final int DEVICE = 2;
  private static final int MOUNTPOINT = 4;

  private MountTable() {}

  /** The device number, "0:57", of the topmost mount at a path; "" when none or no /proc. */
  static String device(String mountpoint) {
    String wanted = escape(mountpoint);
    String device = "";
    try {
      // Names are bytes: ISO-8859-1 keeps them apart whatever the locale.
      for (String line : Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(" ", MOUNTPOINT + 2);
        if (fields.length > MOUNTPOINT && fields[MOUNTPOINT].equals(wanted)) {
          device = fields[DEVICE];
        }
      }
    } catch (IOException e) {
      return "";
    }
    return device;
  }

  /** Whether the topmost mount at a path is of FUSE; false when none or no /proc. */
  static boolean isFuse(String mountpoint) {
    String wanted = escape(mountpoint);
    boolean fuse = false;
    try {
      for (String line : Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(" ", MOUNTPOINT + 2);
        if (fields.length > MOUNTPOINT && fields[MOUNTPOINT].equals(wanted)) {
          fuse = line.contains(" - fuse");
        }
      }
    } catch (IOException e) {
      return false;
    }
    return fuse;
  }

  /** A path as the kernel prints it (mangle() of fs/seq_file.c). */
  private static String escape(String path) {
    String bytes = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return bytes
        .replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012")
        .replace("#", "\\043");
  }
}
