// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import com.sun.jna.Native;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/** Runs a socket filter in the kernel: BPF_PROG_TEST_RUN. */
final class TestRun {
  private static final int OPTS_SIZE = 80;
  private static final int PACKET_SIZE = 64;

  static {
    Native.register(TestRun.class, "libbpf.so.1");
  }

  private TestRun() {}

  @SuppressWarnings("MemberName")
  private static native int bpf_prog_test_run_opts(int fd, long opts);

  /** Returns what the program returned. */
  static int run(BpfProgram program) {
    NativeBuffer packet = NativeBuffer.allocate(PACKET_SIZE);
    // struct bpf_test_run_opts: sz, data_in at 8, data_size_in at 24, retval at 56
    NativeBuffer opts = NativeBuffer.allocate(OPTS_SIZE);
    opts.buffer().putLong(0, OPTS_SIZE).putLong(8, packet.address()).putInt(24, PACKET_SIZE);
    int rc = bpf_prog_test_run_opts(program.fd(), opts.address());
    packet.keepReachable();
    if (rc < 0) {
      throw BpfException.of("run", program.toString(), rc, "");
    }
    return opts.buffer().getInt(56);
  }
}
