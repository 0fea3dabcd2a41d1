// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.util.Optional;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * The slots of a PROG_ARRAY that programs tail-call through. A slot is changed atomically for
 * programs; one that is running goes on in what it has jumped to, see {@link Rcu}.
 *
 * <p>Any thread. The map stays its owner's to close.
 */
public final class ProgArray {
  private final BpfMap map;

  /** Key at 0, program fd or id at 4. */
  private final NativeBuffer words = NativeBuffer.allocate(8);

  private ProgArray(BpfMap map) {
    this.map = map;
  }

  /**
   * The slots of a map.
   *
   * @throws BpfException EINVAL if it is not a PROG_ARRAY
   */
  public static ProgArray of(BpfMap map) {
    return new ProgArray(map.requireShape(BpfMapType.PROG_ARRAY, Integer.BYTES, Integer.BYTES));
  }

  /**
   * Puts a program into a slot.
   *
   * @throws BpfException E2BIG if there is no such slot, EINVAL if the program's type is not that
   *     of the programs that use the map
   */
  public synchronized void putProgram(int slot, BpfProgram program) {
    words.buffer().putInt(0, slot).putInt(4, program.fd());
    check("put " + program + " into", slot, update());
  }

  /**
   * Empties a slot: a tail call to it falls through.
   *
   * @return false if it was empty
   * @throws BpfException E2BIG if there is no such slot
   */
  public synchronized boolean remove(int slot) {
    words.buffer().putInt(0, slot);
    int rc = map.delete(words.address());
    return rc != -Errno.ENOENT && check("empty", slot, rc);
  }

  /**
   * The kernel's id of the program in a slot, 0 if it is empty.
   *
   * @throws BpfException if the slot cannot be read
   */
  public synchronized int programId(int slot) {
    words.buffer().putInt(0, slot);
    int rc = map.lookup(words.address(), words.address() + 4);
    return rc == -Errno.ENOENT ? 0 : check("read", slot, rc) ? words.buffer().getInt(4) : 0;
  }

  /**
   * The name of the program in a slot, at most 15 bytes of it; empty if the slot is. Needs
   * CAP_SYS_ADMIN.
   *
   * @throws BpfException if it cannot be read
   */
  public Optional<String> programName(int slot) {
    int id = programId(slot);
    return id == 0 ? Optional.empty() : KernelInfo.programName(id);
  }

  /** How many slots there are. */
  public int slots() {
    return map.maxEntries();
  }

  private int update() {
    return map.update(words.address(), words.address() + 4, BpfFlags.ANY);
  }

  private boolean check(String operation, int slot, int rc) {
    if (rc < 0) {
      String why = rc == -Errno.E2BIG ? "it has " + map.maxEntries() + " slots" : "";
      throw BpfException.of(operation, "slot " + slot + " of " + map, rc, why);
    }
    return true;
  }
}
