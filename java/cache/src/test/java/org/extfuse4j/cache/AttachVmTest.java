// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.cache.TestMounts.EmptyFs;
import org.extfuse4j.cache.TestMounts.Unanswered;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** FUSE_DEV_IOC_EXTFUSE_ATTACH, and what a connection makes of it. */
@Tag("vm")
class AttachVmTest {
  private static final long GETATTR = 1L << FuseOpcode.GETATTR;

  private static BpfObject verdicts;
  private static BpfObject filter;

  @BeforeAll
  static void load() {
    verdicts = TestMounts.open("verdict").load();
    filter = TestMounts.open("refused", "other_type").load();
  }

  @AfterAll
  static void unload() {
    verdicts.close();
    filter.close();
  }

  private static int program() {
    return verdicts.program("verdict_main").fd();
  }

  @Test
  void whatIsNoProgramIsRefused() {
    int file = TestLibC.open("/dev/null");
    try (Unanswered m = new Unanswered()) {
      assertThat(TestLibC.attach(m.device(), -1, 0, GETATTR, 0)).isEqualTo(Errno.EBADF);
      assertThat(TestLibC.attach(m.device(), 99_999, 0, GETATTR, 0)).isEqualTo(Errno.EBADF);
      assertThat(TestLibC.attach(m.device(), file, 0, GETATTR, 0)).isEqualTo(Errno.EINVAL);
      int map = verdicts.map("verdict").fd();
      assertThat(TestLibC.attach(m.device(), map, 0, GETATTR, 0)).isEqualTo(Errno.EINVAL);
      assertThat(TestLibC.attach(m.device(), 1)).isEqualTo(Errno.EFAULT);
    } finally {
      TestLibC.close(file);
    }
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() {
    try (Unanswered m = new Unanswered()) {
      int socketFilter = filter.program("other_type").fd();
      assertThat(TestLibC.attach(m.device(), socketFilter, 0, GETATTR, 0)).isEqualTo(Errno.EINVAL);
    }
  }

  @Test
  void bitsWithoutAMeaningAreRefused() {
    try (Unanswered m = new Unanswered()) {
      for (int flag = 0; flag < 32; flag++) {
        assertThat(TestLibC.attach(m.device(), program(), 1 << flag, GETATTR, 0))
            .isEqualTo(Errno.EINVAL);
      }
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 1)).isEqualTo(Errno.EINVAL);
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 1L << 63))
          .isEqualTo(Errno.EINVAL);
      assertThat(TestLibC.attach(m.device(), program(), 0, 0, 0)).isEqualTo(Errno.EINVAL);
      for (int opcode :
          new int[] {
            0,
            FuseOpcode.INIT,
            FuseOpcode.DESTROY,
            FuseOpcode.FORGET,
            FuseOpcode.BATCH_FORGET,
            FuseOpcode.INTERRUPT,
            FuseOpcode.NOTIFY_REPLY
          }) {
        assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR | 1L << opcode, 0))
            .as(FuseOpcode.name(opcode))
            .isEqualTo(Errno.EINVAL);
      }
      // None of these has left anything behind.
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 0)).isZero();
    }
  }

  @Test
  void aSecondProgramIsRefused() {
    try (Unanswered m = new Unanswered()) {
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 0)).isZero();
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 0)).isEqualTo(Errno.EEXIST);
    }
  }

  @Test
  void afterInitItIsTooLate() {
    try (Unanswered m = new Unanswered();
        FuseSession session = m.session(new EmptyFs())) {
      session.start();
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 0)).isEqualTo(Errno.EBUSY);
    }
  }

  @Test
  void aDeviceWithoutAConnectionIsRefused() {
    int device = TestLibC.open("/dev/fuse");
    try {
      assertThat(TestLibC.attach(device, program(), 0, GETATTR, 0)).isEqualTo(Errno.EPERM);
    } finally {
      TestLibC.close(device);
    }
  }

  @Test
  void withoutCapSysAdminItIsRefused() throws InterruptedException {
    try (Unanswered m = new Unanswered()) {
      AtomicInteger errno = new AtomicInteger(-1);
      Thread thread =
          new Thread(
              () -> {
                TestLibC.dropCapability(TestLibC.SYS_ADMIN);
                errno.set(TestLibC.attach(m.device(), program(), 0, GETATTR, 0));
              });
      thread.start();
      thread.join();
      assertThat(errno).hasValue(Errno.EPERM);
      assertThat(TestLibC.attach(m.device(), program(), 0, GETATTR, 0)).isZero();
    }
  }

  @Test
  void theFlagWithoutAProgramFailsTheConnection() throws Exception {
    EmptyFs fs =
        new EmptyFs() {
          @Override
          public void init(FuseInit init) {
            assertThat(init.want(MapLayout.FUSE_FS_EXTFUSE)).as("offered").isTrue();
          }
        };
    try (Unanswered m = new Unanswered();
        FuseSession session = m.session(fs)) {
      session.start();
      assertThat(Commands.output("stat", m.mnt.toString())).contains("Connection refused");
    }
  }

  @Test
  void aProgramWithoutTheFlagIsNotRun() throws Exception {
    EmptyFs fs =
        new EmptyFs() {
          @Override
          public void init(FuseInit init) {
            assertThat(TestLibC.attach(init.deviceFd(), program(), 0, GETATTR, 0)).isZero();
          }
        };
    VerdictVmTest.Verdicts answers = new VerdictVmTest.Verdicts(verdicts);
    answers.set(-Errno.EACCES);
    long before = answers.seen().runs();
    try (Unanswered m = new Unanswered();
        FuseSession session = m.session(fs)) {
      session.start();
      Commands.run("stat", m.mnt.toString());
      assertThat(answers.seen().runs()).isEqualTo(before);
    }
  }
}
