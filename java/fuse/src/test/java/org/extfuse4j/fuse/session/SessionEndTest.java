// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.Child;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.LogCapture;
import org.extfuse4j.fuse.MemFs;
import org.extfuse4j.fuse.MountTable;
import org.extfuse4j.fuse.Mounted;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How sessions end and what survives: unmounts, aborts, kills, failures. Needs root. */
@Timeout(20)
class SessionEndTest {
  private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");

  private final LogCapture log = new LogCapture("org.extfuse4j.fuse");
  private final MemFs fs = new MemFs().put("hello", "hello world\n").put("gate", "");
  private long devices;

  @BeforeEach
  void count() {
    devices = Mounted.devices();
  }

  @AfterEach
  void nothingIsLeft() {
    log.close();
    assertThat(Mounted.devices()).as("/dev/fuse descriptors").isEqualTo(devices);
  }

  /** A child that has the file open, reads it when its input ends, and is known to be that far. */
  private static Process openHello(Mounted m) throws IOException {
    Process user =
        Child.start("sh", "-c", "exec 3<\"$0\"; echo in; read x; cat <&3", m.path("hello"));
    assertThat(user.getInputStream().read()).isEqualTo('i');
    return user;
  }

  @Test
  void anUnmountFromOutsideEndsIt() throws Exception {
    try (Mounted m = Mounted.started(fs, 3)) {
      Child.run("cat", m.path("hello")).succeeds();
      Child.run("umount", m.root.toString()).succeeds();
      m.awaitEnd();
      assertThat(fs.destroyed.get()).isEqualTo(1);
      m.session.stop();
    }
    assertThat(fs.destroyed.get()).isEqualTo(1);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void stopServesTheLastUserUntilHeLeaves() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      Process user =
          Child.start("sh", "-c", "exec 3<\"$0\"; echo in; read x; cat <&3", m.path("hello"));
      assertThat(user.getInputStream().read()).isEqualTo('i');
      assertThatThrownBy(() -> FuseMount.unmount(m.root, false))
          .isInstanceOfSatisfying(
              FuseException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
          .hasMessageContaining("someone still uses it");
      m.session.stop();
      assertThat(m.isMounted()).isFalse();
      assertThat(m.session.await(50, TimeUnit.MILLISECONDS)).isFalse();
      user.getOutputStream().close();
      assertThat(Child.end(user).succeeds()).endsWith("hello world\n");
      m.awaitEnd();
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void closeDoesNotWaitForUsers() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      Process user =
          Child.start("sh", "-c", "exec 3<\"$0\"; echo in; read x; cat <&3", m.path("hello"));
      assertThat(user.getInputStream().read()).isEqualTo('i');
      m.session.close();
      m.awaitEnd();
      assertThat(m.isMounted()).isFalse();
      user.getOutputStream().close();
      assertThat(Child.end(user).fails()).contains("not connected");
    }
    assertThat(fs.destroyed.get()).isEqualTo(1);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void closeEndsWhatWasDetachedBefore() throws Exception {
    // Without a path, the connection can only be aborted through fusectl.
    boolean mounted = !MountTable.device(CONNECTIONS).isEmpty();
    if (!mounted) {
      Child.run("mount", "-t", "fusectl", "none", CONNECTIONS.toString()).succeeds();
    }
    try (Mounted m = Mounted.started(fs, 2)) {
      Process user = openHello(m);
      m.session.stop();
      m.session.close();
      m.awaitEnd();
      user.getOutputStream().close();
      assertThat(Child.end(user).fails()).contains("not connected");
    } finally {
      if (!mounted) {
        Child.run("umount", CONNECTIONS.toString()).succeeds();
      }
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aKilledCallerIsInterruptedAndTheSessionGoesOn() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      Process caller = Child.start("stat", m.path("gate"));
      fs.entered.await();
      caller.destroyForcibly();
      // The INTERRUPT comes to the other thread. It is taken and not answered.
      while (m.session.counters().received(FuseOpcode.INTERRUPT) == 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      assertThat(Child.run("cat", m.path("hello")).succeeds()).isEqualTo("hello world\n");
      fs.gate.countDown();
      assertThat(caller.waitFor()).isEqualTo(128 + 9);
      assertThat(fs.refused.get()).as("a reply to a killed caller is still taken").isZero();
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aReplyThatComesTooLateIsHandedBack() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      Process caller = Child.start("stat", m.path("gate"));
      fs.entered.await();
      m.session.mount().abort();
      Child.end(caller).fails();
      assertThat(fs.refused.get()).isZero();
      fs.gate.countDown();
      m.awaitEnd();
      assertThat(fs.refused.get()).isEqualTo(1);
      assertThat(fs.lookups.get()).isZero();
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aThrowingFileSystemFailsOneRequestOnly() throws Exception {
    try (Mounted m = Mounted.started(fs, 2)) {
      assertThat(Child.run("stat", m.path("throws")).fails()).contains("Input/output error");
      assertThat(Child.run("cat", m.path("hello")).succeeds()).isEqualTo("hello world\n");
    }
    assertThat(log.lines()).containsExactly("ERROR LOOKUP of node 1 threw; answered EIO");
  }

  @Test
  void aThrowingInitEndsTheMount() throws Exception {
    FuseFileSystem failing =
        new FuseFileSystem() {
          @Override
          public void init(FuseInit init) {
            assertThat(init.deviceFd()).isNotNegative();
            throw new FuseException("no such feature", Errno.EOPNOTSUPP);
          }
        };
    try (Mounted m = new Mounted(failing, 2)) {
      Process waiting = Child.start("stat", "-f", m.root.toString());
      assertThatThrownBy(m.session::start).hasMessage("no such feature (EOPNOTSUPP)");
      Child.end(waiting);
      assertThat(m.isMounted()).isFalse();
      m.awaitEnd();
      assertThatThrownBy(m.session::start).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aSessionThatNeverStartedLeavesNothing() throws Exception {
    try (Mounted m = new Mounted(fs, 2)) {
      m.session.stop();
      assertThat(m.isMounted()).isFalse();
      m.awaitEnd();
    }
    try (Mounted m = new Mounted(fs, 2)) {
      assertThat(m.isMounted()).isTrue();
    }
  }

  @Test
  void anUnmountBeforeStartIsReported() throws Exception {
    try (Mounted m = new Mounted(fs, 2)) {
      m.session.mount().abort();
      assertThatThrownBy(m.session::start).hasMessageContaining("went away before INIT");
    }
  }
}
