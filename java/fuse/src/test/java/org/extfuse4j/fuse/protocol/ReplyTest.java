// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.ReplyStructs.AttrOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.Dirent;
import org.extfuse4j.fuse.protocol.ReplyStructs.Direntplus;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;
import org.junit.jupiter.api.Test;

class ReplyTest {
  private final Reply rp = Reply.allocate(4096);

  @Test
  void validityIsSecondsAndNanoseconds() {
    rp.entry(2, 3, 1_500_000_000L, -1);
    assertThat(rp.payload().getLong(EntryOut.ENTRY_VALID)).isEqualTo(1);
    assertThat(rp.payload().getInt(EntryOut.ENTRY_VALID_NSEC)).isEqualTo(500_000_000);
    assertThat(rp.payload().getLong(EntryOut.ATTR_VALID)).isZero();
    assertThat(rp.payload().getInt(EntryOut.ATTR_VALID_NSEC)).isZero();
    rp.attr(Long.MAX_VALUE);
    assertThat(rp.payload().getLong(AttrOut.ATTR_VALID)).isEqualTo(9_223_372_036L);
    assertThat(rp.length()).isEqualTo(AttrOut.SIZE);
  }

  @Test
  void createIsAnEntryAndAnOpen() {
    rp.create(2, 3, 0, 0, 99, FuseFlags.FOPEN_KEEP_CACHE);
    assertThat(rp.length()).isEqualTo(EntryOut.SIZE + OpenOut.SIZE);
    assertThat(rp.payload().getLong(EntryOut.SIZE + OpenOut.FH)).isEqualTo(99);
  }

  @Test
  void recordsStopAtTheRequestsSize() {
    rp.reset(100);
    byte[] name = "nine_char".getBytes(UTF_8); // 24 + 9, padded to 40
    assertThat(rp.dirent(5, 1, 8, name)).isTrue();
    ByteBuffer direct = ByteBuffer.allocateDirect(name.length).put(0, name);
    assertThat(rp.dirent(6, 2, 4, Libc.address(direct), name.length)).isTrue();
    assertThat(rp.dirent(7, 3, 8, name)).isFalse();
    assertThat(rp.length()).isEqualTo(80);
    assertThat(rp.payload().getLong(40 + Dirent.INO)).isEqualTo(6);
    assertThat(rp.payload().getInt(40 + Dirent.NAMELEN)).isEqualTo(9);
    byte[] copied = new byte[name.length];
    rp.payload().get(40 + Dirent.NAME, copied);
    assertThat(copied).isEqualTo(name);
  }

  @Test
  void aPlusRecordBeginsWithAZeroEntry() {
    rp.payload().putLong(0, -1);
    rp.reset(4096);
    int at = rp.direntplus(5, 1, 8, "a".getBytes(UTF_8));
    assertThat(at).isZero();
    assertThat(rp.payload().getLong(at + EntryOut.NODEID)).isZero();
    assertThat(rp.payload().getLong(at + Direntplus.DIRENT + Dirent.OFF)).isEqualTo(1);
    assertThat(rp.length()).isEqualTo(EntryOut.SIZE + Dirent.NAME + 8);
    rp.reset(rp.length() - 1);
    assertThat(rp.direntplus(5, 1, 8, "a".getBytes(UTF_8))).isEqualTo(-1);
    assertThat(rp.length()).isZero();
  }

  @Test
  void thePayloadStandsBehindTheHeaderAndEndsAtItsCapacity() {
    assertThat(rp.payloadAddress()).isEqualTo(rp.address() + ReplyStructs.OutHeader.SIZE);
    rp.length(rp.capacity());
    assertThatThrownBy(() -> rp.length(rp.capacity() + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(rp.seal(1, 0)).isEqualTo(ReplyStructs.OutHeader.SIZE + rp.capacity());
    assertThat(rp.seal(1, -Errno.EIO)).isEqualTo(ReplyStructs.OutHeader.SIZE);
  }
}
