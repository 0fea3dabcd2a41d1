// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What an administrator says about requests that take long (fs.fuse.default_request_timeout and
 * max_request_timeout, Linux 6.16; init_server_timeout() of {@code fs/fuse/inode.c}): a request
 * that is older than that ends the whole connection. The default is for servers that do not say a
 * time themselves, the maximum for all.
 */
public final class RequestTimeout {
  /** Seconds, the most that the answer to INIT can say: 18 hours. */
  static final int MOST = 0xffff;

  private static final Path SYSCTLS = Path.of("/proc/sys/fs/fuse");

  // FUSE_TIMEOUT_TIMER_FREQ: the kernel looks as often as that, and its shortest time is that.
  private static final int KERNEL_LOOKS_S = 15;

  private RequestTimeout() {}

  /**
   * Seconds to say at INIT. Nothing if requests may take for ever anyway, else as much as can be
   * said: there is somebody here who answers what takes too long, and a lock that is waited for may
   * take any time.
   */
  static int toSay() {
    return read("default_request_timeout") > 0 ? MOST : 0;
  }

  /**
   * How long a method may take if the connection is to survive it, in nanoseconds.
   *
   * @param wanted what it may take as far as the file system is concerned; 0 is for ever
   * @return the same, or half of the administrator's maximum if that is less: a request may have
   *     waited before it was read
   */
  public static long within(long wanted) {
    return within(wanted, read("max_request_timeout"));
  }

  static long within(long wanted, int maxSeconds) {
    if (maxSeconds <= 0) {
      return wanted;
    }
    long most = TimeUnit.SECONDS.toNanos(Math.max(KERNEL_LOOKS_S, maxSeconds)) / 2;
    return wanted == 0 ? most : Math.min(wanted, most);
  }

  private static int read(String name) {
    try {
      return Integer.parseInt(Files.readString(SYSCTLS.resolve(name)).strip());
    } catch (IOException | NumberFormatException e) {
      return 0; // a kernel without
    }
  }
}
