// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.cache.TestMounts.EmptyFs;
import org.extfuse4j.cache.TestMounts.Unanswered;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel makes of a program's verdict, and what the program sees of a request. */
@Tag("vm")
class VerdictVmTest {
  private static final int GETATTR_IN = 16; // sizeof(struct fuse_getattr_in)

  /** The maps of verdict.bpf.c. */
  static final class Verdicts {
    private static final byte[] ZERO = new byte[Integer.BYTES];
    private final BpfObject object;

    Verdicts(BpfObject object) {
      this.object = object;
    }

    void set(int verdict) {
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(verdict);
      byte[] bytes = new byte[4];
      value.get(0, bytes);
      object.map("verdict").put(ZERO, bytes);
    }

    Seen seen() {
      ByteBuffer s =
          ByteBuffer.wrap(object.map("seen").get(ZERO).orElseThrow())
              .order(ByteOrder.nativeOrder());
      return new Seen(
          s.getLong(0),
          s.getLong(8),
          s.getInt(16),
          s.getInt(20),
          s.getInt(24),
          s.getInt(28),
          s.getLong(32),
          s.getLong(40),
          s.getLong(48),
          s.getLong(56),
          s.getLong(64));
    }
  }

  /** struct seen of verdict.bpf.c. */
  record Seen(
      long runs,
      long nodeid,
      int opcode,
      int flags,
      int uid,
      int pid,
      long in0,
      long out0Short,
      long out2,
      long which,
      long left) {}

  private final BpfObject object = TestMounts.open("verdict").load();
  private final Verdicts verdicts = new Verdicts(object);
  private final Unanswered m = new Unanswered();
  private final FuseSession session =
      m.session(
          new EmptyFs() {
            @Override
            public void init(FuseInit init) {
              int program = object.program("verdict_main").fd();
              long opcodes = 1L << FuseOpcode.GETATTR;
              assertThat(TestLibC.attach(init.deviceFd(), program, 0, opcodes, 0)).isZero();
              init.want(MapLayout.FUSE_FS_EXTFUSE);
            }
          });

  @BeforeEach
  void start() {
    session.start();
  }

  @AfterEach
  void end() {
    session.close();
    m.close();
    object.close();
  }

  private long upcalls() {
    return session.counters().received(FuseOpcode.GETATTR);
  }

  @Test
  void whatIsNoAnswerGoesUp() throws Exception {
    // 0 is "answered", but the program has written no reply: it is not believed.
    int[] noAnswers = {0, 1, 2, 5, 4095, -38, -512, -4095, Integer.MIN_VALUE, Integer.MAX_VALUE};
    for (int verdict : noAnswers) {
      verdicts.set(verdict);
      long upcalls = upcalls();
      long runs = verdicts.seen().runs();
      assertThat(Commands.run("stat", "-c", "%F", m.mnt.toString())).isEqualTo("directory\n");
      assertThat(verdicts.seen().runs()).as("runs for %s", verdict).isGreaterThan(runs);
      assertThat(upcalls() - upcalls).as("upcalls for %s", verdict).isPositive();
    }
  }

  @Test
  void anErrnoIsAnAnswer() throws Exception {
    verdicts.set(-Errno.EACCES);
    long upcalls = upcalls();
    assertThat(Commands.output("stat", m.mnt.toString())).contains("Permission denied");
    verdicts.set(-Errno.EIO);
    assertThat(Commands.output("stat", m.mnt.toString())).contains("Input/output error");
    assertThat(upcalls()).isEqualTo(upcalls);
  }

  @Test
  void theContextIsTheRequests() throws Exception {
    verdicts.set(-Errno.ENOSYS);
    String user = "setpriv --reuid=1234 --regid=1234 --clear-groups stat " + m.mnt;
    Commands.run("sh", "-c", user);
    Seen seen = verdicts.seen();
    assertThat(seen.nodeid()).isEqualTo(NodeRegistry.ROOT_ID);
    assertThat(seen.opcode()).isEqualTo(FuseOpcode.GETATTR);
    assertThat(seen.flags()).isZero();
    assertThat(seen.uid()).isEqualTo(1234);
    assertThat(seen.pid()).isPositive();
    assertThat(seen.in0()).as("bytes of argument 0").isEqualTo(GETATTR_IN);
  }

  @Test
  void theHelpersRefuseWhatDoesNotFit() throws Exception {
    verdicts.set(-Errno.ENOSYS);
    Commands.run("stat", m.mnt.toString());
    Seen seen = verdicts.seen();
    assertThat(seen.out0Short()).as("a part of a reply").isEqualTo(-Errno.EINVAL);
    assertThat(seen.out2()).as("a reply too many").isEqualTo(-Errno.EINVAL);
    assertThat(seen.which()).as("no such argument").isEqualTo(-Errno.EINVAL);
    assertThat(seen.left()).as("bytes left in the buffer after an error").isZero();
  }
}
