// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.nio.file.Path;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.LibC;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * A map in the kernel: bpf(2), libbpf's {@code bpf.h}.
 *
 * <p>The operations that take addresses are the hot path: one native call, no allocation, 0 or a
 * negative errno as the answer (see {@link Errno}). A key is {@link #keySize()} bytes, a value
 * {@link #valueBufferSize()} bytes; nothing checks the memory behind an address. The operations on
 * byte arrays are for set-up and inspection: they check sizes, allocate, and throw.
 *
 * <p>Any thread may call any operation, as in the kernel, except that {@link #close()} must come
 * after the last call: the fd's number may be reused. After it every operation answers -EBADF.
 */
public final class BpfMap extends ElementAccess implements AutoCloseable {
  private final KernelInfo.MapInfo info;
  private final String name;
  private final int valueBufferSize;

  /** Whether {@link #close()} closes the fd; libbpf's object closes the others. */
  private final boolean owned;

  private volatile int fd;

  private BpfMap(int fd, KernelInfo.MapInfo info, String name, boolean owned) {
    this.fd = fd;
    this.info = info;
    this.name = name;
    this.owned = owned;
    this.valueBufferSize =
        BpfMapType.isPerCpu(info.type())
            ? ((info.valueSize() + 7) & ~7) * LibBpf.possibleCpus()
            : info.valueSize();
  }

  /**
   * The map of a loaded object, under the name it has there (the kernel cuts names at 15 bytes).
   */
  static BpfMap ofObject(int fd, String name) {
    return new BpfMap(fd, KernelInfo.map(fd, "map '" + name + "'"), name, false);
  }

  private static BpfMap owning(int fd, String what) {
    try {
      KernelInfo.MapInfo info = KernelInfo.map(fd, what);
      return new BpfMap(fd, info, info.name(), true);
    } catch (BpfException e) {
      LibC.close(fd);
      throw e;
    }
  }

  /**
   * Opens a pinned map; the caller closes it.
   *
   * @param path a name on a bpffs
   * @throws BpfException ENOENT if there is none, EPERM without the right, EINVAL if it is no map
   */
  public static BpfMap openPinned(Path path) {
    LibBpf.require();
    return owning(Pins.open(path), "pin " + path);
  }

  /**
   * As {@link #openPinned}, to look only: the kernel refuses to change the map through this fd,
   * with -EPERM. A map that this process may read is enough.
   */
  public static BpfMap openPinnedReadOnly(Path path) {
    LibBpf.require();
    return owning(Pins.openReadOnly(path), "pin " + path);
  }

  /**
   * Opens a map by the kernel's id; the caller closes it. Needs CAP_SYS_ADMIN.
   *
   * @throws BpfException ENOENT if no map has the id, EPERM without the right
   */
  public static BpfMap fromId(int id) {
    LibBpf.require();
    int fd = LibBpf.bpf_map_get_fd_by_id(id);
    if (fd < 0) {
      throw BpfException.privileged("open", "map with id " + Integer.toUnsignedString(id), fd, "");
    }
    return owning(fd, "map with id " + Integer.toUnsignedString(id));
  }

  /**
   * As {@link #fromId}, to look only: the kernel refuses to change the map through this fd, with
   * -EPERM.
   */
  public static BpfMap fromIdReadOnly(int id) {
    LibBpf.require();
    // struct bpf_get_fd_by_id_opts {size_t sz; u32 open_flags; padding}
    NativeBuffer opts = NativeBuffer.allocate(16);
    opts.buffer().putLong(0, 16).putInt(8, BpfFlags.F_RDONLY);
    int fd = LibBpf.bpf_map_get_fd_by_id_opts(id, opts.address());
    opts.keepReachable();
    String what = "map with id " + Integer.toUnsignedString(id);
    if (fd < 0) {
      throw BpfException.privileged("open", what, fd, "");
    }
    return owning(fd, what);
  }

  /**
   * Creates a map without BTF; the caller closes it, and unless it is pinned or used that ends it.
   *
   * @param type one of {@link BpfMapType}
   * @param name letters, digits, underscores, dots; the kernel keeps 15 bytes
   * @param keySize bytes
   * @param valueSize bytes (of one CPU's value)
   * @param flags creation flags, see {@link BpfFlags}
   * @throws BpfException EPERM, EINVAL, E2BIG or ENOMEM as in bpf(2)
   */
  public static BpfMap create(
      int type, String name, int keySize, int valueSize, int maxEntries, int flags) {
    return create(type, name, keySize, valueSize, maxEntries, flags, 0);
  }

  /** As the public one; {@code innerFd} is the template of a map of maps, 0 for other types. */
  static BpfMap create(
      int type, String name, int keySize, int valueSize, int maxEntries, int flags, int innerFd) {
    LibBpf.require();
    // struct bpf_map_create_opts {size_t sz; u32 btf_fd, key, value, vmlinux, inner_map_fd,
    // map_flags}
    NativeBuffer opts = NativeBuffer.allocate(32);
    opts.buffer().putLong(0, 32).putInt(24, innerFd).putInt(28, flags);
    NativeBuffer cName = NativeBuffer.cString(name);
    String what = "map '" + name + "'";
    int fd =
        LibBpf.bpf_map_create(
            type, cName.address(), keySize, valueSize, maxEntries, opts.address());
    cName.keepReachable();
    opts.keepReachable();
    if (fd < 0) {
      throw BpfException.privileged("create", what, fd, "");
    }
    return owning(fd, what);
  }

  /** The fd, -1 after {@link #close()}. */
  public int fd() {
    return fd;
  }

  /** The name in the object it came from, otherwise the kernel's. */
  public String name() {
    return name;
  }

  /** The kernel's id of the map, as bpftool shows it. */
  public int id() {
    return info.id();
  }

  /** The type, see {@link BpfMapType}. */
  public int type() {
    return info.type();
  }

  /** Bytes of a key. */
  @Override
  public int keySize() {
    return info.keySize();
  }

  /** Bytes of one value; see {@link #valueBufferSize()} for what an operation reads or writes. */
  public int valueSize() {
    return info.valueSize();
  }

  /** How many elements fit. */
  @Override
  public int maxEntries() {
    return info.maxEntries();
  }

  /** The creation flags, see {@link BpfFlags}. */
  public int flags() {
    return info.flags();
  }

  /**
   * The kernel's memory that the map has now, in bytes, by its own reckoning.
   *
   * @throws BpfException if /proc does not say
   */
  public long memory() {
    return KernelInfo.memlock(fd, toString());
  }

  /**
   * Bytes a value takes in an operation: for per-CPU maps roundup(valueSize, 8) * possible CPUs.
   */
  @Override
  public int valueBufferSize() {
    return valueBufferSize;
  }

  /**
   * Checks that the map is what the caller's codecs are written for.
   *
   * @return this map
   * @throws BpfException EINVAL that names both shapes
   */
  public BpfMap requireShape(int type, int keySize, int valueSize) {
    if (info.type() != type || info.keySize() != keySize || info.valueSize() != valueSize) {
      String wanted =
          new KernelInfo.MapInfo(type, 0, keySize, valueSize, 0, 0, "").shape() + " is needed";
      throw BpfException.of(
          "use", toString(), Errno.EINVAL, "it is " + info.shape() + "; " + wanted);
    }
    return this;
  }

  /**
   * Writes an element: BPF_MAP_UPDATE_ELEM.
   *
   * @param flags {@link BpfFlags#ANY}, NOEXIST or EXIST, or'ed with LOCK
   * @return 0, -EEXIST, -ENOENT, -E2BIG if the map is full, or another negative errno
   */
  @Override
  public int update(long key, long value, long flags) {
    return LibBpf.bpf_map_update_elem(fd, key, value, flags);
  }

  /**
   * Reads an element: BPF_MAP_LOOKUP_ELEM.
   *
   * @return 0, -ENOENT, or another negative errno
   */
  @Override
  public int lookup(long key, long value) {
    return LibBpf.bpf_map_lookup_elem(fd, key, value);
  }

  /**
   * Reads an element.
   *
   * @param flags 0 or {@link BpfFlags#LOCK}
   * @return 0, -ENOENT, or another negative errno
   */
  public int lookup(long key, long value, long flags) {
    return LibBpf.bpf_map_lookup_elem_flags(fd, key, value, flags);
  }

  /**
   * Reads and removes an element in one step: BPF_MAP_LOOKUP_AND_DELETE_ELEM (hash maps from 5.14).
   *
   * @return 0, -ENOENT, or another negative errno
   */
  public int lookupAndDelete(long key, long value) {
    return LibBpf.bpf_map_lookup_and_delete_elem(fd, key, value);
  }

  /**
   * Removes an element: BPF_MAP_DELETE_ELEM.
   *
   * @return 0, -ENOENT, or another negative errno (-EINVAL: an array's elements cannot be removed)
   */
  @Override
  public int delete(long key) {
    return LibBpf.bpf_map_delete_elem(fd, key);
  }

  /**
   * Finds the key after another: BPF_MAP_GET_NEXT_KEY. If {@code key} is not there (any more) a
   * hash map starts over.
   *
   * @param key address of a key, or 0 for the first
   * @param next where the found key is written
   * @return 0, -ENOENT after the last, or another negative errno
   */
  @Override
  public int nextKey(long key, long next) {
    return LibBpf.bpf_map_get_next_key(fd, key, next);
  }

  /** Batches of operations on this map, with the words they need preallocated; one per thread. */
  public BpfBatch newBatch() {
    return new BpfBatch(this);
  }

  /**
   * Maps an array created with {@link BpfFlags#F_MMAPABLE} into memory; the caller closes it.
   *
   * @throws BpfException if the map is no such array, or ENOMEM, or EPERM
   */
  public MappedArray mmap() {
    return MappedArray.map(this);
  }

  /**
   * Gives the map a name on a bpffs, which keeps it alive without this process.
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

  /**
   * Closes the fd. A map of a {@link BpfObject} is closed with the object only: here nothing
   * happens.
   */
  @Override
  public synchronized void close() {
    if (owned && fd >= 0) {
      int closing = fd;
      fd = -1;
      LibC.close(closing);
    }
  }

  /** The object is gone, and the fd with it. */
  void invalidate() {
    fd = -1;
  }

  @Override
  public String toString() {
    return "map '" + name + "'";
  }
}
