// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import com.sun.jna.Native;
import java.util.List;

/**
 * No signal is delivered to the thread that made this until it is closed by the same thread
 * (pthread_sigmask(3)); they wait, or go to other threads. The verifier gives up with EAGAIN when
 * one is pending, and a profiler that samples by the clock sends hundreds a second.
 *
 * <p>Those that the thread's own instructions raise are let through: the JVM lives by SIGSEGV, and
 * the kernel kills a process that blocks one of them when it happens.
 */
public final class Signals implements AutoCloseable {
  private static final int SIG_SETMASK = 2;
  private static final int SIGSET_SIZE = 128; // sigset_t of glibc, and more than musl's

  // SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV (asm-generic/signal.h).
  private static final List<Integer> OWN = List.of(4, 5, 7, 8, 11);

  static {
    Native.register(Signals.class, "c");
  }

  private final NativeBuffer before = NativeBuffer.allocate(SIGSET_SIZE);

  private Signals() {}

  /** Blocks them. */
  public static Signals blocked() {
    Signals signals = new Signals();
    NativeBuffer all = NativeBuffer.allocate(SIGSET_SIZE);
    sigfillset(all.address());
    OWN.forEach(signal -> sigdelset(all.address(), signal));
    pthread_sigmask(SIG_SETMASK, all.address(), signals.before.address());
    all.keepReachable();
    return signals;
  }

  private static native int sigfillset(long set);

  private static native int sigdelset(long set, int signal);

  private static native int pthread_sigmask(int how, long set, long before);

  @Override
  public void close() {
    pthread_sigmask(SIG_SETMASK, before.address(), 0);
    before.keepReachable();
  }
}
