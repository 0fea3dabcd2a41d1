// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process may have: RLIMIT_NOFILE (getrlimit(2)). Any thread. */
public final class DescriptorLimit {
  private static final int RLIMIT_NOFILE = 7;
  // struct rlimit of 64-bit Linux: soft and hard limit.
  private static final int RLIMIT_SIZE = 2 * Long.BYTES;
  private static final Path NR_OPEN = Path.of("/proc/sys/fs/nr_open");

  static {
    Native.register(DescriptorLimit.class, "c");
  }

  private DescriptorLimit() {}

  private static native int getrlimit(int resource, long to);

  private static native int setrlimit(int resource, long from);

  /** The soft limit; that of most kernels, 1024, if it cannot be read. */
  public static long limit() {
    try (Memory memory = new Memory(RLIMIT_SIZE)) {
      long soft = read(memory) ? memory.getLong(0) : 1024;
      return soft < 0 ? Long.MAX_VALUE : soft; // RLIM_INFINITY is all ones
    }
  }

  /**
   * Raises the limit to the hard one, and that, as CAP_SYS_RESOURCE may, to the most that the
   * system has for a process (fs.nr_open of proc(5)). Where that is refused the limit stays.
   *
   * @return the soft limit by now
   */
  public static long raise() {
    try (Memory memory = new Memory(RLIMIT_SIZE)) {
      if (!read(memory)) {
        return limit();
      }
      long hard = memory.getLong(Long.BYTES);
      long most = Math.max(systemLimit(), hard);
      if (hard < 0 || !write(memory, most, most)) {
        write(memory, hard, hard);
      }
    }
    return limit();
  }

  private static long systemLimit() {
    try {
      return Long.parseLong(Files.readString(NR_OPEN).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static boolean read(Memory memory) {
    return getrlimit(RLIMIT_NOFILE, Pointer.nativeValue(memory)) == 0;
  }

  private static boolean write(Memory memory, long soft, long hard) {
    memory.setLong(0, soft);
    memory.setLong(Long.BYTES, hard);
    return setrlimit(RLIMIT_NOFILE, Pointer.nativeValue(memory)) == 0;
  }
}
