// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.LibBpfLog;

/**
 * The log buffers of one load, a slice for each program. libbpf asks the kernel for a log only when
 * a program was refused, so the one slice that is not empty belongs to the refused program.
 */
public final class VerifierLogs implements AutoCloseable {
  /**
   * Memory that is never touched costs address space only. Kernels before 6.4 need it all to fit.
   */
  private static final long SLICE = 4 << 20;

  private final List<BpfProgramSpec> programs;
  private final Memory memory;

  public VerifierLogs(List<BpfProgramSpec> programs) {
    this.programs = new ArrayList<>(programs);
    this.programs.removeIf(program -> !program.autoload());
    this.memory = new Memory(Math.max(1, this.programs.size() * SLICE));
    long slice = Pointer.nativeValue(memory);
    for (int i = 0; i < this.programs.size(); i++) {
      memory.setByte(i * SLICE, (byte) 0);
      LibBpf.bpf_program__set_log_buf(this.programs.get(i).handle(), slice + i * SLICE, SLICE);
    }
  }

  /** The exception for a failed load, with the log if the verifier wrote one. */
  public BpfException refusal(String object, int errno, String warnings) {
    if (Math.abs(errno) == Errno.EAGAIN) {
      // What is in the log is what the verifier had come to (bpf_check(): signal_pending()).
      return BpfException.of(
          "load",
          object,
          errno,
          "signals to this thread interrupted the verifier each time: end what sends them, such as"
              + " a profiler in this process");
    }
    for (int i = 0; i < programs.size(); i++) {
      String log = memory.getString(i * SLICE, "UTF-8");
      if (!log.isEmpty()) {
        BpfProgramSpec program = programs.get(i);
        LibBpfLog.LOG.warn("{}: verifier log:\n{}", program, log);
        String what = "program '" + program.name() + "' of " + object;
        String text = "load " + what + ": " + Errno.describe(errno) + ": refused by the verifier: ";
        return new BpfException("load", what, errno, text + tellingLine(log), log);
      }
    }
    return BpfException.privileged("load", object, errno, warnings);
  }

  /** The last line that is not part of the verifier's closing statistics. */
  static String tellingLine(String log) {
    String telling = "";
    for (String line : log.lines().toList()) {
      boolean statistics =
          line.startsWith("processed ")
              || line.startsWith("verification time ")
              || line.startsWith("stack depth ");
      if (!statistics && !line.isBlank()) {
        telling = line.strip();
      }
    }
    return telling.isEmpty() ? "the log is empty" : telling;
  }

  /** To be called after the load: libbpf writes to the buffers only during it. */
  @Override
  public void close() {
    memory.close();
  }
}
