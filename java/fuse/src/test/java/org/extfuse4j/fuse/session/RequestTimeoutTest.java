// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.InitOut;
import org.junit.jupiter.api.Test;

class RequestTimeoutTest {
  private static final long SECOND = 1_000_000_000L;

  private final Reply rp = Reply.allocate(InitOut.SIZE);

  private void answer(long offered, int seconds) {
    FuseInit init = new FuseInit(7, 43, 131072, offered, 3);
    init.requestTimeout(seconds);
    init.answer(rp);
  }

  @Test
  void theTimeIsSaidToAKernelThatTakesIt() {
    answer(FuseFlags.FUSE_INIT_EXT | FuseFlags.FUSE_REQUEST_TIMEOUT, RequestTimeout.MOST);
    assertThat(rp.payload().getInt(InitOut.FLAGS2)).isEqualTo(1 << 10);
    assertThat(rp.payload().getShort(InitOut.REQUEST_TIMEOUT)).isEqualTo((short) 0xffff);
    answer(FuseFlags.FUSE_INIT_EXT, RequestTimeout.MOST);
    assertThat(rp.payload().getInt(InitOut.FLAGS2)).isZero();
    assertThat(rp.payload().getShort(InitOut.REQUEST_TIMEOUT)).isZero();
  }

  @Test
  void noTimeIsNotSaid() {
    answer(FuseFlags.FUSE_INIT_EXT | FuseFlags.FUSE_REQUEST_TIMEOUT, 0);
    assertThat(rp.payload().getInt(InitOut.FLAGS2)).isZero();
  }

  @Test
  void methodsEndBeforeTheAdministratorsMaximum() {
    assertThat(RequestTimeout.within(60 * SECOND, 0)).isEqualTo(60 * SECOND);
    assertThat(RequestTimeout.within(60 * SECOND, 600)).isEqualTo(60 * SECOND);
    assertThat(RequestTimeout.within(60 * SECOND, 40)).isEqualTo(20 * SECOND);
    assertThat(RequestTimeout.within(0, 40)).isEqualTo(20 * SECOND);
    assertThat(RequestTimeout.within(60 * SECOND, 1))
        .as("the kernel's least is 15 s")
        .isEqualTo(7_500_000_000L);
  }
}
