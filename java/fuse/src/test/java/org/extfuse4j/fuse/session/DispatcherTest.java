// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.LogCapture;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.OutHeader;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestCheck;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;
import org.extfuse4j.fuse.sys.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests made by hand, without /dev/fuse. */
class DispatcherTest {
  private final Request rq = Request.allocate(16384);
  private final Reply rp = Reply.allocate(4096);
  private final UpcallCounters counters = new UpcallCounters();
  private final LogCapture log = new LogCapture(FuseDispatcher.class.getName());

  @AfterEach
  void close() {
    log.close();
  }

  private int run(FuseFileSystem fs, int received) {
    int size = new FuseDispatcher(fs, counters).dispatch(rq, rp, received);
    if (size > 0) {
      assertThat(header(OutHeader.LEN)).isEqualTo(size);
      assertThat(header(OutHeader.UNIQUE)).isEqualTo(42);
    }
    return size;
  }

  private int header(int offset) {
    return rp.message().getInt(offset);
  }

  @ParameterizedTest
  @CsvSource({
    // opcode, bytes of struct, names
    "1,0,1",
    "2,8,0",
    "3,16,0",
    "4,88,0",
    "6,0,2",
    "8,16,1",
    "9,8,1",
    "10,0,1",
    "11,0,1",
    "12,8,2",
    "13,8,1",
    "14,8,0",
    "15,40,0",
    "16,40,0",
    "18,24,0",
    "20,16,0",
    "21,8,1",
    "22,8,1",
    "23,8,0",
    "24,0,1",
    "25,24,0",
    "27,8,0",
    "28,40,0",
    "29,24,0",
    "30,16,0",
    "31,48,0",
    "32,48,0",
    "33,48,0",
    "34,8,0",
    "35,16,1",
    "36,8,0",
    "37,16,0",
    "39,32,0",
    "40,24,0",
    "41,40,0",
    "42,8,0",
    "43,32,0",
    "44,40,0",
    "45,16,2",
    "46,24,0",
    "47,56,0",
    "50,8,0",
    "51,16,1",
    "52,24,0",
  })
  void aRequestCutAnywhereBeforeItsEndIsRefused(int opcode, int struct, int names) {
    Wire wire = new Wire(rq, opcode).zeros(struct);
    for (int i = 0; i < names; i++) {
      wire.name("some");
    }
    int whole = wire.seal();
    assertThat(RequestCheck.check(rq, whole, rp.capacity())).isNull();
    for (int length = InHeader.SIZE; length < whole; length++) {
      rq.buffer().putInt(InHeader.LEN, length);
      assertThat(RequestCheck.check(rq, length, rp.capacity())).as("cut at %d", length).isNotNull();
    }
    FuseFileSystem untouched = new FuseFileSystem() {};
    int size = run(untouched, whole - 1);
    boolean answered = size > 0;
    assertThat(answered).isEqualTo(opcode != 2 && opcode != 36 && opcode != 41 && opcode != 42);
    if (answered) {
      assertThat(header(OutHeader.ERROR)).isEqualTo(-Errno.EIO);
    }
    if (opcode == FuseOpcode.LOOKUP) {
      assertThat(log.lines()).as("a rename changes a name that is being sent").isEmpty();
    } else {
      assertThat(log.lines()).singleElement().asString().contains(FuseOpcode.name(opcode));
    }
    assertThat(counters.errors()[opcode]).isEqualTo(1);
  }

  @Test
  void aLengthThatIsNotTheMessagesIsRefused() {
    int length = new Wire(rq, FuseOpcode.GETATTR).zeros(16).seal();
    assertThat(RequestCheck.check(rq, length + 1, 4096)).isNotNull();
    assertThat(RequestCheck.check(rq, 7, 4096)).isNotNull();
  }

  @Test
  void dataThatIsAnnouncedMustBeThere() {
    int write = new Wire(rq, FuseOpcode.WRITE).u64(0).u64(0).u32(5).zeros(20).name("1234").seal();
    assertThat(RequestCheck.check(rq, write, 4096)).isNull();
    rq.buffer().putInt(InHeader.SIZE + 16, 6);
    assertThat(RequestCheck.check(rq, write, 4096)).contains("data");
    rq.buffer().putInt(InHeader.SIZE + 16, -1);
    assertThat(RequestCheck.check(rq, write, 4096)).contains("data");

    int forget = new Wire(rq, FuseOpcode.BATCH_FORGET).u32(2).zeros(4 + 32).seal();
    assertThat(RequestCheck.check(rq, forget, 4096)).isNull();
    rq.buffer().putInt(InHeader.SIZE, 0x10000002);
    assertThat(RequestCheck.check(rq, forget, 4096)).contains("data");

    int ioctl = new Wire(rq, FuseOpcode.IOCTL).zeros(24).u32(8).u32(0).zeros(7).seal();
    assertThat(RequestCheck.check(rq, ioctl, 4096)).contains("data");
  }

  @Test
  void extensionsAreNotPartOfTheBody() {
    // A security context of no record (type 0), then the groups 77 and 78.
    Wire mkdir = new Wire(rq, FuseOpcode.MKDIR).zeros(8).name("dir").zeros(4);
    int length = mkdir.u32(8).u32(0).u32(24).u32(32).u32(2).u32(77).u32(78).u32(0).seal();
    rq.buffer().putShort(InHeader.TOTAL_EXTLEN, (short) 4);
    assertThat(RequestCheck.check(rq, length, 4096)).isNull();
    assertThat(rq.bodyLength()).isEqualTo(8 + 8);
    assertThat(rq.nameLength(rq.nameOffset())).isEqualTo(3);
    assertThat(rq.supplementaryGroup()).isEqualTo(77);
    rq.buffer().putShort(InHeader.TOTAL_EXTLEN, (short) 100);
    assertThat(RequestCheck.check(rq, length, 4096)).isNotNull();
    length = new Wire(rq, FuseOpcode.MKDIR).zeros(8).name("dir").seal();
    assertThat(RequestCheck.check(rq, length, 4096)).isNull();
    assertThat(rq.supplementaryGroup()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    // size, type, groups: of 16 bytes
    "0,32,1",
    "4,32,1",
    "8,32,1",
    "24,32,1",
    "-1,32,1",
    "16,32,2",
    "16,32,-1",
    "16,32,1073741825"
  })
  void extensionsThatAreNotWhatTheySay(int size, int type, int groups) {
    Wire mkdir = new Wire(rq, FuseOpcode.MKDIR).zeros(8).name("dir");
    int length = mkdir.u32(size).u32(type).u32(groups).u32(5).seal();
    rq.buffer().putShort(InHeader.TOTAL_EXTLEN, (short) 2);
    assertThat(RequestCheck.check(rq, length, 4096)).contains("extensions");
    rq.buffer().putInt(length - 16, 16).putInt(length - 8, 1);
    assertThat(RequestCheck.check(rq, length, 4096)).isNull();
    assertThat(rq.supplementaryGroup()).isEqualTo(5);
  }

  @Test
  void setxattrHasTwoSizes() {
    int compat = new Wire(rq, FuseOpcode.SETXATTR).u32(3).u32(0).name("user.a").name("xy").seal();
    assertThat(RequestCheck.check(rq, compat, 4096)).isNull();
    assertThat(rq.nameBytes(rq.nameOffset())).isEqualTo("user.a".getBytes(UTF_8));
    rq.setxattrInSize(SetxattrIn.SIZE);
    int wide =
        new Wire(rq, FuseOpcode.SETXATTR).u32(3).u32(0).u64(0).name("user.b").name("xy").seal();
    assertThat(RequestCheck.check(rq, wide, 4096)).isNull();
    assertThat(rq.nameBytes(rq.nameOffset())).isEqualTo("user.b".getBytes(UTF_8));
    rq.buffer().putInt(InHeader.SIZE, 4);
    assertThat(RequestCheck.check(rq, wide, 4096)).contains("data");
  }

  @ParameterizedTest
  @ValueSource(ints = {FuseOpcode.READ, FuseOpcode.GETXATTR, FuseOpcode.LISTXATTR})
  void noAnswerIsAskedForThatTheBufferCannotHold(int opcode) {
    boolean read = opcode == FuseOpcode.READ;
    int size = read ? InHeader.SIZE + 16 : InHeader.SIZE;
    int length = new Wire(rq, opcode).zeros(read ? 40 : 8).name("user.a").seal();
    rq.buffer().putInt(size, rp.capacity());
    assertThat(RequestCheck.check(rq, length, rp.capacity())).isNull();
    rq.buffer().putInt(size, rp.capacity() + 1);
    assertThat(RequestCheck.check(rq, length, rp.capacity())).contains("send buffer");
    rq.buffer().putInt(size, -1);
    assertThat(RequestCheck.check(rq, length, rp.capacity())).contains("send buffer");
  }

  @Test
  void namesComeWithAddressAndLength() {
    List<String> seen = new ArrayList<>();
    FuseFileSystem fs =
        new FuseFileSystem() {
          int rename2(Request rq, Reply rp) {
            int first = rq.nameOffset();
            int second = rq.secondNameOffset();
            assertThat(second).isEqualTo(first + rq.nameLength(first) + 1);
            ByteBuffer copy = ByteBuffer.allocateDirect(4);
            Syscalls.memcpy(Libc.address(copy), rq.nameAddress(first), 4);
            seen.add(UTF_8.decode(copy).toString());
            seen.add(new String(rq.nameBytes(second), UTF_8));
            return 0;
          }

          @Override
          public FuseOperations operations() {
            return new FuseOperations().on(FuseOpcode.RENAME2, this::rename2);
          }
        };
    int length = new Wire(rq, FuseOpcode.RENAME2).zeros(16).name("old").name("n\u00e9w").seal();
    assertThat(run(fs, length)).isEqualTo(OutHeader.SIZE);
    assertThat(seen).containsExactly("old\0", "n\u00e9w");
  }

  @Test
  void everyRecordOfABatchIsForgotten() {
    List<Long> seen = new ArrayList<>();
    FuseFileSystem fs =
        new FuseFileSystem() {
          @Override
          public void forget(long nodeid, long nlookup) {
            seen.add(nodeid * 100 + nlookup);
          }
        };
    int batch = new Wire(rq, FuseOpcode.BATCH_FORGET).u64(2).u64(7).u64(1).u64(8).u64(3).seal();
    assertThat(run(fs, batch)).isZero();
    assertThat(run(fs, new Wire(rq, FuseOpcode.FORGET).u64(5).seal())).isZero();
    assertThat(seen).containsExactly(701L, 803L, 105L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 53, 63, 64, 4096, -1, Integer.MAX_VALUE})
  void anUnknownOpcodeIsNotImplemented(int opcode) {
    run(new FuseFileSystem() {}, new Wire(rq, opcode).zeros(8).seal());
    assertThat(header(OutHeader.ERROR)).isEqualTo(-Errno.ENOSYS);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aThrowingFileSystemAnswersEioAndIsLogged() {
    FuseFileSystem fs =
        new FuseFileSystem() {
          int getattr(Request rq, Reply rp) {
            throw new IllegalStateException("boom");
          }

          int lookup(Request rq, Reply rp) {
            throw new AssertionError("an Error as well");
          }

          @Override
          public FuseOperations operations() {
            return new FuseOperations()
                .on(FuseOpcode.GETATTR, this::getattr)
                .on(FuseOpcode.LOOKUP, this::lookup);
          }
        };
    run(fs, new Wire(rq, FuseOpcode.GETATTR).zeros(16).seal());
    assertThat(header(OutHeader.ERROR)).isEqualTo(-Errno.EIO);
    assertThat(log.lines()).containsExactly("ERROR GETATTR of node 1 threw; answered EIO");
    run(fs, new Wire(rq, FuseOpcode.LOOKUP).name("a").seal());
    assertThat(header(OutHeader.ERROR)).isEqualTo(-Errno.EIO);
    assertThat(log.lines()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Integer.MAX_VALUE, -512, Integer.MIN_VALUE})
  void aResultTheKernelWouldRefuseAnswersEio(int result) {
    FuseFileSystem fs =
        new FuseFileSystem() {
          int access(Request rq, Reply rp) {
            return result;
          }

          @Override
          public FuseOperations operations() {
            return new FuseOperations().on(FuseOpcode.ACCESS, this::access);
          }
        };
    run(fs, new Wire(rq, FuseOpcode.ACCESS).zeros(8).seal());
    assertThat(header(OutHeader.ERROR)).isEqualTo(-Errno.EIO);
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void onlyASuccessIsHandedBackWhenRefused() {
    List<Integer> refused = new ArrayList<>();
    FuseFileSystem fs =
        new FuseFileSystem() {
          int lookup(Request rq, Reply rp) {
            rp.entry(7, 0, 0, 0);
            return rq.nameLength(0) == 1 ? 0 : -Errno.ENOENT;
          }

          @Override
          public void replyRefused(Request rq, Reply rp, int errno) {
            assertThat(rp.payload().getLong(0)).isEqualTo(7);
            refused.add(errno);
          }

          @Override
          public FuseOperations operations() {
            return new FuseOperations().on(FuseOpcode.LOOKUP, this::lookup);
          }
        };
    FuseDispatcher dispatcher = new FuseDispatcher(fs, counters);
    dispatcher.dispatch(rq, rp, new Wire(rq, FuseOpcode.LOOKUP).name("no").seal());
    dispatcher.refused(rq, rp, Errno.ENOENT);
    assertThat(refused).isEmpty();
    dispatcher.dispatch(rq, rp, new Wire(rq, FuseOpcode.LOOKUP).name("y").seal());
    dispatcher.refused(rq, rp, Errno.ENOENT);
    assertThat(refused).containsExactly(Errno.ENOENT);
    assertThat(counters.snapshot()[FuseOpcode.LOOKUP]).isEqualTo(2);
    assertThat(counters.errors()[FuseOpcode.LOOKUP]).isEqualTo(1);
  }

  @Test
  void lookupGetattrReadAndForgetAllocateNothing() {
    FuseFileSystem fs = new Fixed();
    FuseDispatcher dispatcher = new FuseDispatcher(fs, counters);
    Request[] requests = new Request[4];
    int[] lengths = new int[4];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = Request.allocate(256);
    }
    lengths[0] = new Wire(requests[0], FuseOpcode.LOOKUP).name("file").seal();
    lengths[1] = new Wire(requests[1], FuseOpcode.GETATTR).zeros(16).seal();
    lengths[2] = new Wire(requests[2], FuseOpcode.READ).u64(0).u64(0).u32(64).zeros(20).seal();
    lengths[3] = new Wire(requests[3], FuseOpcode.FORGET).u64(1).seal();
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long allocated = Long.MAX_VALUE;
    // The measurement itself and the interpreter may allocate: the best of some rounds counts.
    for (int round = 0; round < 10 && allocated > 0; round++) {
      long before = bean.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 40_000; i++) {
        dispatcher.dispatch(requests[i & 3], rp, lengths[i & 3]);
      }
      allocated = bean.getThreadAllocatedBytes(thread) - before;
    }
    assertThat(allocated).as("bytes for 40,000 requests").isLessThan(4096);
  }

  private static final class Fixed implements FuseFileSystem {
    int lookup(Request rq, Reply rp) {
      rp.entry(rq.nameLength(rq.nameOffset()), 1, 1_500_000_000L, 0);
      return attr(rp, rp.entryAttrOffset());
    }

    int getattr(Request rq, Reply rp) {
      rp.attr(1);
      return attr(rp, rp.attrOutAttrOffset());
    }

    int read(Request rq, Reply rp) {
      rp.length(64);
      return 0;
    }

    private static int attr(Reply rp, int offset) {
      rp.putAttr(offset, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0100644, 1, 0, 0, 0, 4096);
      return 0;
    }

    @Override
    public FuseOperations operations() {
      return new FuseOperations()
          .on(FuseOpcode.LOOKUP, this::lookup)
          .on(FuseOpcode.GETATTR, this::getattr)
          .on(FuseOpcode.READ, this::read);
    }
  }
}
