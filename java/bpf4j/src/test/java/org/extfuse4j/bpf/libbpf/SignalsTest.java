// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.FdLeakCheck;
import org.extfuse4j.bpf.TestObjects;
import org.extfuse4j.bpf.VerifierLogs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A load under a timer's signals to the very thread, as a profiler by the clock sends them. */
@ExtendWith(FdLeakCheck.class)
class SignalsTest {
  private static final int SIGPROF = 27;
  private static final int SIGEV_THREAD_ID = 4;
  private static final int CLOCK_MONOTONIC = 1;
  private static final long SYS_GETTID = 186; // x86-64
  private static final long INTERVAL_NS = 200_000;

  private static final NativeLibrary C = NativeLibrary.getInstance("c");

  private static int call(String name, Object... arguments) {
    return C.getFunction(name).invokeInt(arguments);
  }

  /** Until it is closed. */
  private static final class Storm implements AutoCloseable {
    private final Memory timer = new Memory(8);
    private final Pointer before;

    Storm() {
      // A handler is a function with an int, which this one does not look at.
      Function harmless = C.getFunction("getppid");
      before = C.getFunction("signal").invokePointer(new Object[] {SIGPROF, harmless});
      int tid = C.getFunction("syscall").invokeInt(new Object[] {SYS_GETTID});
      try (Memory event = new Memory(64);
          Memory times = new Memory(32)) {
        event.clear();
        event.setInt(8, SIGPROF); // struct sigevent: value, signo, notify, tid
        event.setInt(12, SIGEV_THREAD_ID);
        event.setInt(16, tid);
        assertThat(call("timer_create", CLOCK_MONOTONIC, event, timer)).isZero();
        times.clear();
        times.setLong(8, INTERVAL_NS);
        times.setLong(24, INTERVAL_NS);
        assertThat(call("timer_settime", timer.getPointer(0), 0, times, Pointer.NULL)).isZero();
      }
    }

    @Override
    public void close() {
      call("timer_delete", timer.getPointer(0));
      // One that is pending still must not end the process.
      C.getFunction("signal").invokePointer(new Object[] {SIGPROF, new Pointer(1)});
      C.getFunction("signal").invokePointer(new Object[] {SIGPROF, before});
      timer.close();
    }
  }

  @Test
  void aLoadIsNotInterrupted() {
    for (int i = 0; i < 20; i++) {
      try (BpfObject object = TestObjects.open("long");
          Storm storm = new Storm()) {
        assertThat(storm).isNotNull();
        assertThat(object.load().program("longer").fd()).isPositive();
      }
    }
  }

  @Test
  void anInterruptionIsNoRefusal() {
    try (BpfObject object = TestObjects.open("long");
        VerifierLogs logs = new VerifierLogs(java.util.List.copyOf(object.programSpecs()))) {
      BpfException e = logs.refusal("BPF object long", -Errno.EAGAIN, "");
      assertThat(e).hasMessageContaining("EAGAIN").hasMessageContaining("signals");
      assertThat(e.getMessage()).doesNotContain("refused");
      assertThat(e.verifierLog()).isEmpty();
    }
  }
}
