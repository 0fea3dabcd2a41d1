// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.nio.file.Path;
import java.util.Optional;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * A map as the ELF file describes it, before the object is loaded. Changes are refused with
 * IllegalStateException afterwards. One thread at a time, like its object.
 */
public final class BpfMapSpec {
  private final BpfObject owner;
  private final long handle;
  private final String name;

  BpfMapSpec(BpfObject owner, long handle) {
    this.owner = owner;
    this.handle = handle;
    this.name = LibBpf.string(LibBpf.bpf_map__name(handle));
  }

  long handle() {
    return handle;
  }

  /** The variable's name. */
  public String name() {
    return name;
  }

  /** The map type, see {@link BpfMapType}. */
  public int type() {
    owner.requireOpen();
    return LibBpf.bpf_map__type(handle);
  }

  /** Bytes of a key. */
  public int keySize() {
    owner.requireOpen();
    return LibBpf.bpf_map__key_size(handle);
  }

  /** Bytes of a value, of one CPU's for per-CPU maps. */
  public int valueSize() {
    owner.requireOpen();
    return LibBpf.bpf_map__value_size(handle);
  }

  /** How many elements will fit. */
  public int maxEntries() {
    owner.requireOpen();
    return LibBpf.bpf_map__max_entries(handle);
  }

  /** The creation flags, see {@link BpfFlags}. */
  public int flags() {
    owner.requireOpen();
    return LibBpf.bpf_map__map_flags(handle);
  }

  /**
   * Sets how many elements will fit.
   *
   * @param maxEntries a positive number
   * @return this
   */
  public BpfMapSpec setMaxEntries(int maxEntries) {
    owner.requireNotLoaded("set max_entries of " + this);
    owner.check("set max_entries of " + this, LibBpf.bpf_map__set_max_entries(handle, maxEntries));
    return this;
  }

  /** Where the load will pin the map, or find it pinned. */
  public Optional<Path> pinPath() {
    owner.requireOpen();
    long path = LibBpf.bpf_map__pin_path(handle);
    return path == 0 ? Optional.empty() : Optional.of(Path.of(LibBpf.string(path)));
  }

  /**
   * Makes the load use the map pinned at a path, if it fits, or else create it and pin it there.
   *
   * @param path a name on a bpffs
   * @return this
   */
  public BpfMapSpec setPinPath(Path path) {
    owner.requireNotLoaded("set the pin path of " + this);
    // libbpf copies the string
    NativeBuffer cPath = NativeBuffer.cString(path.toString());
    int rc = LibBpf.bpf_map__set_pin_path(handle, cPath.address());
    cPath.keepReachable();
    owner.check("set pin path of " + this, rc);
    return this;
  }

  /**
   * Makes the load use an existing map. libbpf duplicates the fd: the caller's stays the caller's.
   *
   * @return this
   * @throws BpfException EINVAL if type or sizes differ from this description
   */
  public BpfMapSpec reuseFd(BpfMap existing) {
    owner.requireNotLoaded("set the fd of " + this);
    existing.requireShape(type(), keySize(), valueSize());
    owner.check("reuse fd for " + this, LibBpf.bpf_map__reuse_fd(handle, existing.fd()));
    return this;
  }

  @Override
  public String toString() {
    return "map '" + name + "'";
  }
}
