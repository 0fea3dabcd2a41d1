// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/**
 * How long tests wait for what must happen. Kernels that look for their own mistakes are several
 * times slower: scripts/lib/vm-tests.sh says so by the property {@code extfuse.patience}.
 */
public final class Patience {
  private static final int TIMES = Integer.getInteger("extfuse.patience", 1);

  private Patience() {}

  /** Seconds to wait for what takes less than this many on a usual kernel. */
  public static int seconds(int usually) {
    return usually * TIMES;
  }
}
