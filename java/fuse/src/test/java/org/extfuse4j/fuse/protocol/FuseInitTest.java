// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.fuse.protocol.ReplyStructs.InitOut;
import org.junit.jupiter.api.Test;

class FuseInitTest {
  private static final long OFFERED =
      FuseFlags.FUSE_ASYNC_READ
          | FuseFlags.FUSE_MAX_PAGES
          | FuseFlags.FUSE_INIT_EXT
          | FuseFlags.FUSE_DO_READDIRPLUS
          | FuseFlags.FUSE_PASSTHROUGH;

  private final Reply rp = Reply.allocate(InitOut.SIZE);

  private int answer(FuseInit init, int offset) {
    init.answer(rp);
    return rp.payload().getInt(offset);
  }

  @Test
  void onlyWhatIsOfferedIsAnswered() {
    FuseInit init = new FuseInit(7, 41, 131072, OFFERED, 3);
    assertThat(init.want(FuseFlags.FUSE_DO_READDIRPLUS)).isTrue();
    assertThat(init.want(FuseFlags.FUSE_POSIX_ACL)).isFalse();
    init.unwant(FuseFlags.FUSE_ASYNC_READ);
    assertThat(answer(init, InitOut.FLAGS))
        .isEqualTo((int) (FuseFlags.FUSE_MAX_PAGES | FuseFlags.FUSE_DO_READDIRPLUS));
    assertThat(answer(init, InitOut.FLAGS2)).isZero();
  }

  @Test
  void aHighFlagBringsInitExt() {
    FuseInit init = new FuseInit(7, 41, 131072, OFFERED, 3);
    assertThat(init.want(FuseFlags.FUSE_PASSTHROUGH)).isTrue();
    init.maxStackDepth(2);
    assertThat(answer(init, InitOut.FLAGS) & (int) FuseFlags.FUSE_INIT_EXT).isNotZero();
    assertThat(answer(init, InitOut.FLAGS2)).isEqualTo(1 << 5);
    assertThat(answer(init, InitOut.MAX_STACK_DEPTH)).isEqualTo(2);
  }

  @Test
  void theSmallerMinorIsSpoken() {
    assertThat(answer(new FuseInit(7, 31, 0, 0, 3), InitOut.MINOR)).isEqualTo(31);
    assertThat(answer(new FuseInit(7, 99, 0, 0, 3), InitOut.MINOR)).isEqualTo(41);
  }

  @Test
  void aWriteFitsThePages() {
    FuseInit small = new FuseInit(7, 41, 0, 0, 3);
    small.maxPages(256);
    small.maxWrite(1 << 24);
    assertThat(small.maxWrite()).isEqualTo(32 * FuseInit.PAGE);
    FuseInit big = new FuseInit(7, 41, 0, OFFERED, 3);
    assertThat(big.maxWrite()).isEqualTo(256 * FuseInit.PAGE);
    big.maxPages(16);
    assertThat(big.maxWrite()).isEqualTo(16 * FuseInit.PAGE);
    assertThat(answer(big, InitOut.MAX_WRITE)).isEqualTo(16 * FuseInit.PAGE);
  }
}
