// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.nio.file.Path;

/**
 * A program in the kernel. It belongs to its {@link BpfObject} and is closed with it. Any thread.
 */
public final class BpfProgram {
  private final String name;
  private final int type;
  private final int id;
  private volatile int fd;

  BpfProgram(int fd, String name) {
    int[] typeAndId = KernelInfo.program(fd, "program '" + name + "'");
    this.fd = fd;
    this.name = name;
    this.type = typeAndId[0];
    this.id = typeAndId[1];
  }

  /** The fd, -1 after the object was closed. */
  public int fd() {
    return fd;
  }

  /** The function's name in the object. */
  public String name() {
    return name;
  }

  /** The kernel's program type ({@code enum bpf_prog_type}). */
  public int type() {
    return type;
  }

  /** The kernel's id of the program, as bpftool shows it. */
  public int id() {
    return id;
  }

  /**
   * Gives the program a name on a bpffs, which keeps it alive without this process.
   *
   * @throws BpfException EEXIST, ENOENT, or EPERM where the path is not on a bpffs
   */
  public void pin(Path path) {
    Pins.pin(fd, path, toString());
  }

  /**
   * Removes a name on a bpffs.
   *
   * @return false if there was none
   * @throws BpfException if it cannot be removed
   */
  public boolean unpin(Path path) {
    return Pins.unpin(path, toString());
  }

  /** The object is gone, and the fd with it. */
  void invalidate() {
    fd = -1;
  }

  @Override
  public String toString() {
    return "program '" + name + "'";
  }
}
