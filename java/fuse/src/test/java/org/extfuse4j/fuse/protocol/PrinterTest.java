// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.LogCapture;
import org.extfuse4j.fuse.session.FuseDispatcher;
import org.extfuse4j.fuse.session.UpcallCounters;
import org.extfuse4j.fuse.session.Wire;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.Test;

class PrinterTest {
  private final Request rq = Request.allocate(4096);
  private final Reply rp = Reply.allocate(4096);

  private String print(int length) {
    assertThat(RequestCheck.check(rq, length, rp.capacity())).isNull();
    return rq.toString();
  }

  @Test
  void namesAreEscapedByByte() {
    byte[] name = {'a', '\n', '"', '\\', (byte) 0xff, 27, 0};
    assertThat(print(new Wire(rq, FuseOpcode.LOOKUP).bytes(name).seal()))
        .isEqualTo("#42 LOOKUP nodeid=1 uid=0 gid=0 pid=0 name=\"a\\x0a\\x22\\x5c\\xff\\x1b\"");
  }

  @Test
  void setattrNamesWhatIsValid() {
    int valid = FuseFlags.FATTR_SIZE | FuseFlags.FATTR_MTIME_NOW | 1 << 20;
    int length = new Wire(rq, FuseOpcode.SETATTR).u32(valid).u32(0).u64(0).u64(9).zeros(64).seal();
    assertThat(print(length)).contains("valid=SIZE|MTIME_NOW|0x100000 size=9");
  }

  @Test
  void bothNamesOfARenameAndASymlink() {
    int rename = new Wire(rq, FuseOpcode.RENAME).u64(3).name("a").name("b").seal();
    assertThat(print(rename)).endsWith("newdir=3 name=\"a\" newname=\"b\"");
    int symlink = new Wire(rq, FuseOpcode.SYMLINK).name("a").name("/b").seal();
    assertThat(print(symlink)).endsWith("name=\"a\" target=\"/b\"");
  }

  @Test
  void everyOpcodePrintsWhateverItsBytes() {
    for (int opcode = 0; opcode <= FuseOpcode.COUNT; opcode++) {
      int length = new Wire(rq, opcode).zeros(200).seal();
      RequestCheck.check(rq, length, rp.capacity());
      assertThat(rq.toString()).contains(FuseOpcode.name(opcode));
      new Wire(rq, opcode).seal();
      RequestCheck.check(rq, rq.length(), rp.capacity());
      assertThat(rq.toString()).contains(FuseOpcode.name(opcode));
    }
    rq.buffer().putInt(0, -1);
    assertThat(rq.toString()).contains("length=4294967295");
  }

  @Test
  void debugIsALineAndTraceHasArgumentsAndReply() {
    FuseFileSystem fs =
        new FuseFileSystem() {
          int open(Request rq, Reply rp) {
            rp.open(7, FuseFlags.FOPEN_KEEP_CACHE);
            return 0;
          }

          @Override
          public FuseOperations operations() {
            return new FuseOperations().on(FuseOpcode.OPEN, this::open);
          }
        };
    FuseDispatcher dispatcher = new FuseDispatcher(fs, new UpcallCounters());
    String requests = "org.extfuse4j.fuse.requests";
    int length = new Wire(rq, FuseOpcode.OPEN).u32(0x8000).u32(0).seal();
    try (LogCapture log = new LogCapture(requests, Level.DEBUG)) {
      dispatcher.dispatch(rq, rp, length);
      assertThat(log.lines()).containsExactly("DEBUG #42 OPEN nodeid=1 -> OK 16 bytes");
    }
    try (LogCapture log = new LogCapture(requests, Level.TRACE)) {
      dispatcher.dispatch(rq, rp, length);
      assertThat(log.lines())
          .containsExactly(
              "TRACE #42 OPEN nodeid=1 uid=0 gid=0 pid=0 flags=0100000 open_flags=0x0",
              "DEBUG #42 OPEN nodeid=1 -> OK 16 bytes fh=7 open_flags=0x2");
    }
    try (LogCapture log = new LogCapture(requests, Level.DEBUG)) {
      dispatcher.dispatch(rq, rp, new Wire(rq, FuseOpcode.STATFS).seal());
      assertThat(log.lines()).containsExactly("DEBUG #42 STATFS nodeid=1 -> ENOSYS");
    }
  }

  @Test
  void errnosAndOpcodesHaveNames() {
    assertThat(Errno.name(-Errno.ENOENT)).isEqualTo("ENOENT");
    assertThat(Errno.name(Errno.EOPNOTSUPP)).isEqualTo("EOPNOTSUPP");
    assertThat(Errno.name(5000)).isEqualTo("errno 5000");
    assertThat(Errno.name(Integer.MIN_VALUE)).isEqualTo("errno -2147483648");
    assertThat(FuseOpcode.name(FuseOpcode.STATX)).isEqualTo("STATX");
    assertThat(FuseOpcode.name(7)).isEqualTo("OPCODE_7");
    assertThat(FuseOpcode.name(-1)).isEqualTo("OPCODE_-1");
  }
}
