// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import org.extfuse4j.bpf.libbpf.LibBpf;

/**
 * A program as the ELF file describes it, before the object is loaded. Changes are refused with
 * IllegalStateException afterwards. One thread at a time, like its object.
 */
public final class BpfProgramSpec {
  private final BpfObject owner;
  private final long handle;
  private final String name;
  private final String section;

  BpfProgramSpec(BpfObject owner, long handle) {
    this.owner = owner;
    this.handle = handle;
    this.name = LibBpf.string(LibBpf.bpf_program__name(handle));
    this.section = LibBpf.string(LibBpf.bpf_program__section_name(handle));
  }

  long handle() {
    return handle;
  }

  /** The function's name. */
  public String name() {
    return name;
  }

  /** The ELF section it stands in. */
  public String section() {
    return section;
  }

  /** The program type; 0 (BPF_PROG_TYPE_UNSPEC) where libbpf does not know the section's name. */
  public int type() {
    owner.requireOpen();
    return LibBpf.bpf_program__type(handle);
  }

  /**
   * Sets the program type, known to libbpf or not. A kernel without it refuses the load with EINVAL
   * and an empty {@link BpfException#verifierLog()}.
   *
   * @param type a number of the running kernel's {@code enum bpf_prog_type}
   * @return this
   */
  public BpfProgramSpec setType(int type) {
    owner.requireNotLoaded("set the type of program '" + name + "'");
    owner.check("set type of program '" + name + "'", LibBpf.bpf_program__set_type(handle, type));
    return this;
  }

  /** Whether the program is loaded with its object. */
  public boolean autoload() {
    owner.requireOpen();
    return LibBpf.bpf_program__autoload(handle) != 0;
  }

  /**
   * Includes the program in the load or leaves it out.
   *
   * @return this
   */
  public BpfProgramSpec setAutoload(boolean autoload) {
    owner.requireNotLoaded("set autoload of program '" + name + "'");
    owner.check(
        "set autoload of program '" + name + "'",
        LibBpf.bpf_program__set_autoload(handle, (byte) (autoload ? 1 : 0)));
    return this;
  }

  @Override
  public String toString() {
    return "program '" + name + "' in section '" + section + "'";
  }
}
