// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.stackfs.publish.Attributes;
import org.junit.jupiter.api.Test;

/** Each request is told of; few are about objects that anybody has asked about. */
class SecondLooksTest {
  private static final int ROUNDS = 10_000;
  private static final byte[] NO_ACL = {};

  private final SecondLooks looks = new SecondLooks();
  private final ByteBuffer statx = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());

  private void tellOfAnother(int rounds) {
    for (int i = 0; i < rounds; i++) {
      looks.told(1, i, 0644, 0, 0);
    }
  }

  @Test
  void whoIsToldOfWhatNobodyAskedAboutAllocatesNothing() {
    assertThat(looks.isSecond(statx, NO_ACL)).isFalse();
    tellOfAnother(ROUNDS);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    tellOfAnother(ROUNDS);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat((double) allocated / ROUNDS).isLessThan(1);
  }

  @Test
  void itCountsWhenTheKernelHasHeardOfTheSame() {
    assertThat(looks.isSecond(statx, NO_ACL)).isFalse();
    assertThat(looks.isSecond(statx, NO_ACL)).as("the kernel has not asked").isFalse();
    tell(Attributes.mode(statx));
    assertThat(looks.isSecond(statx, NO_ACL)).isTrue();
    tell(0777);
    assertThat(looks.isSecond(statx, NO_ACL)).as("it heard something else").isFalse();
  }

  private void tell(int mode) {
    looks.told(
        Attributes.device(statx),
        Attributes.inode(statx),
        mode,
        Attributes.uid(statx),
        Attributes.gid(statx));
  }
}
