// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.Sh;
import org.extfuse4j.stackfs.source.Scratch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What a thread has as somebody, and when it is itself again. */
@Timeout(value = 60, threadMode = ThreadMode.SAME_THREAD) // what is tested is a thread's
class CallerTest {
  private static final long OWN = Caps.FS | Caps.TOOLS;

  private static long before;

  private final Scratch s = Scratch.get();

  @BeforeAll
  static void remember() {
    before = Syscalls.effectiveCaps(0);
  }

  /** The thread goes on with tests that mount. */
  @AfterAll
  static void giveBack() {
    assertThat(Syscalls.setEffectiveCaps(Syscalls.permittedCaps(), before)).isZero();
  }

  /** The thread is as one that has served a request before. */
  @BeforeEach
  void prepare() {
    s.caller.become(request(1, 1, 0)).restore();
    isItself();
  }

  private static Request request(int uid, int gid, int pid) {
    Request rq = Request.allocate(4096);
    ByteBuffer header = rq.buffer();
    header.putInt(InHeader.LEN, InHeader.SIZE);
    header.putInt(InHeader.OPCODE, FuseOpcode.OPEN);
    header.putInt(InHeader.UID, uid);
    header.putInt(InHeader.GID, gid);
    header.putInt(InHeader.PID, pid);
    return rq;
  }

  /** The pid of a process that waits, started by way of a command. */
  private static Process start(String... prefix) throws Exception {
    String[] command = Arrays.copyOf(prefix, prefix.length + 3);
    System.arraycopy(
        new String[] {"sh", "-c", "echo; exec sleep 60"}, 0, command, prefix.length, 3);
    Process process = new ProcessBuilder(command).start();
    assertThat(process.getInputStream().read()).isEqualTo('\n'); // by now it is who it is to be
    return process;
  }

  private void isItself() {
    assertThat(Syscalls.fsUid()).isZero();
    assertThat(Syscalls.fsGid()).isZero();
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(OWN);
    assertThat(groups()).isEmpty();
  }

  private static String groups() {
    return Sh.run("sh", "-c", "grep Groups: /proc/%d/status".formatted(tid()))
        .output()
        .substring("Groups:".length())
        .strip();
  }

  // The number of the calling thread.
  private static long tid() {
    try {
      String self = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString();
      return Long.parseLong(self.substring(self.lastIndexOf('/') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aUserHasNothingThatTheRequestDoesNotSay() {
    s.caller.become(request(1000, 1001, 0));
    assertThat(Syscalls.fsUid()).isEqualTo(1000);
    assertThat(Syscalls.fsGid()).isEqualTo(1001);
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
    s.caller.restore();
    isItself();
  }

  @Test
  void rootHasNoCapabilitiesAtFirst() {
    s.caller.become(request(0, 0, 0));
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
    s.caller.restore();
    isItself();
  }

  @Test
  void groupsAndCapabilitiesOfTheCaller() throws Exception {
    Process process =
        start(
            "setpriv",
            "--reuid=1000",
            "--regid=1000",
            "--groups=7,2000,2001",
            "--inh-caps=+fowner,+net_admin,+sys_admin",
            "--ambient-caps=+fowner,+net_admin,+sys_admin");
    try {
      s.caller.become(request(1000, 1000, (int) process.pid()));
      assertThat(s.caller.again(-Errno.ENOENT)).isFalse();
      assertThat(s.caller.again(0)).isFalse();
      assertThat(s.caller.again(-Errno.EACCES)).isTrue();
      assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS | Capability.FOWNER);
      assertThat(groups()).isEqualTo("7 2000 2001");
      assertThat(s.caller.again(-Errno.EACCES)).as("once").isFalse();
      s.caller.restore();
      isItself();

      s.caller.become(request(1000, 1000, (int) process.pid())).administers().know(0);
      s.caller.know(Capability.FSETID);
      assertThat(Syscalls.effectiveCaps(0))
          .isEqualTo(Caps.TOOLS | Capability.FOWNER | Capability.SYS_ADMIN);
      s.caller.restore();
      isItself();

      // It acts as somebody else.
      for (int[] other : new int[][] {{1000, 1001}, {1001, 1000}}) {
        s.caller.become(request(other[0], other[1], (int) process.pid()));
        assertThat(s.caller.again(-Errno.EPERM)).isFalse();
        assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
        assertThat(groups()).isEmpty();
        s.caller.restore();
        isItself();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Of a reserve of root's he has nothing; where a server knows nobody else he is root. */
  @Test
  void aCallerWhoIsNotNamedHasNoReserve() {
    s.caller.become(request(-1, -1, 1));
    assertThat(Syscalls.fsUid()).isEqualTo(65534);
    long caps = Syscalls.effectiveCaps(0);
    assertThat(caps & Caps.REACH).isEqualTo(Caps.REACH);
    assertThat(s.caller.again(-Errno.ENOSPC)).isFalse();
    assertThat(s.caller.again(-Errno.EDQUOT)).isFalse();
    assertThat(s.caller.again(-Errno.EACCES)).isTrue();
    assertThat(Syscalls.fsUid()).isZero();
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(caps);
    assertThat(s.caller.again(-Errno.EACCES)).as("once").isFalse();
    s.caller.restore();
    isItself();
  }

  @Test
  void aCallerWhoCannotBeSeen() {
    s.caller.become(request(1000, 1000, 0));
    assertThat(s.caller.again(-Errno.EACCES)).isFalse();
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
    s.caller.restore();

    s.caller.become(request(0, 0, 0));
    assertThat(s.caller.again(-Errno.EACCES)).isTrue();
    long caps = Syscalls.effectiveCaps(0);
    assertThat(caps & Caps.REACH).isEqualTo(Caps.REACH);
    assertThat(caps & (Capability.FSETID | Capability.SYS_RESOURCE | Capability.SYS_ADMIN))
        .isZero();
    s.caller.restore();

    // There is no such process.
    s.caller.become(request(0, 0, Integer.MAX_VALUE));
    assertThat(s.caller.again(-Errno.EACCES)).isFalse();
    s.caller.restore();
    isItself();
  }

  @Test
  void whomTheRequestDoesNotName() {
    s.caller.become(request(-1, -1, 1)).administers();
    long caps = Syscalls.effectiveCaps(0);
    assertThat(caps & Caps.REACH).isEqualTo(Caps.REACH);
    assertThat(caps & (Capability.FSETID | Capability.SYS_RESOURCE | Capability.SYS_ADMIN))
        .isZero();
    s.caller.becomeWriter(-1, -1, 1);
    assertThat(Syscalls.fsUid()).isEqualTo(65534);
    assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
    assertThat(s.caller.again(-Errno.ENOSPC)).isFalse();
    s.caller.restore();
    isItself();
  }

  @Test
  void aThreadThatIsMadeByACaller() throws Exception {
    AtomicReference<AssertionError> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                assertThat(Syscalls.fsUid()).isEqualTo(1000);
                Scratch.get().caller.become(request(2000, 2000, 0));
                assertThat(Syscalls.fsUid()).isEqualTo(2000);
                assertThat(Syscalls.effectiveCaps(0)).isEqualTo(Caps.TOOLS);
                Scratch.get().caller.restore();
                isItself();
              } catch (AssertionError e) {
                failure.set(e);
              }
            });
    s.caller.become(request(1000, 1000, 0));
    try {
      thread.start();
    } finally {
      s.caller.restore();
    }
    thread.join(TimeUnit.SECONDS.toMillis(30));
    assertThat(failure.get()).isNull();
  }
}
