// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * Waits for BPF programs that may still be running.
 *
 * <p>Replacing an element of a map of maps makes the kernel call synchronize_rcu() before bpf(2)
 * returns: {@code maybe_wait_bpf_programs()} in kernel/bpf/syscall.c, there for just this purpose
 * since Linux 4.18. membarrier(2) with MEMBARRIER_CMD_GLOBAL would do it too, but not always: with
 * one CPU online it returns at once, although a preempted program may be in the middle, and with
 * nohz_full it does not exist.
 */
public final class Rcu {
  private static BpfMap inner;
  private static BpfMap outer;

  /** Key at 0, fd of the inner map at 4. */
  private static NativeBuffer words;

  private Rcu() {}

  /**
   * Returns after every non-sleepable BPF program that was running when it was called has ended.
   * Takes milliseconds to tens of them; any thread, but one at a time. Sleepable programs are not
   * waited for. The first call opens two fds that stay open, unless {@link #prepare} has.
   *
   * @throws BpfException EPERM without CAP_BPF, ENOMEM, or EMFILE; the next call tries again
   */
  public static synchronized void synchronize() {
    prepare();
    int rc = outer.update(words.address(), words.address() + 4, BpfFlags.ANY);
    if (rc < 0) {
      throw BpfException.of("wait for", "running BPF programs", rc, "");
    }
  }

  /**
   * Opens what {@link #synchronize} needs, so that it cannot lack descriptors later.
   *
   * @throws BpfException EPERM without CAP_BPF, ENOMEM, or EMFILE
   */
  public static synchronized void prepare() {
    if (outer == null) {
      openMaps();
    }
  }

  private static void openMaps() {
    BpfMap template = BpfMap.create(BpfMapType.ARRAY, "rcu_inner", 4, 8, 1, 0);
    try {
      outer = BpfMap.create(BpfMapType.ARRAY_OF_MAPS, "rcu_outer", 4, 4, 1, 0, template.fd());
      inner = template;
      words = NativeBuffer.allocate(8);
      words.buffer().putInt(0, 0).putInt(4, inner.fd());
    } catch (BpfException e) {
      template.close();
      throw e;
    }
  }
}
