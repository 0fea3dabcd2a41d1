// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibC;

/**
 * The memory of a BPF_F_MMAPABLE array, shared with the programs that use it: a read or write here
 * is no system call.
 *
 * <p>Longs are read and written atomically with volatile semantics, from any thread; a counter that
 * programs add to with {@code __sync_fetch_and_add} loses nothing to {@link #addLong}. {@link
 * #close()} must come after the last access of any thread. The mapping stays valid when the map is
 * closed.
 */
public final class MappedArray implements AutoCloseable {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final String name;
  private final long address;
  private final long length;
  private final int stride;
  private final int entries;

  /** Null once unmapped: an access then throws instead of ending the JVM. */
  private volatile ByteBuffer memory;

  private MappedArray(BpfMap map, long address, long length, int stride) {
    this.name = map.toString();
    this.address = address;
    this.length = length;
    this.stride = stride;
    this.entries = map.maxEntries();
    this.memory = new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
  }

  static MappedArray map(BpfMap map) {
    if (map.type() != BpfMapType.ARRAY || (map.flags() & BpfFlags.F_MMAPABLE) == 0) {
      throw BpfException.of(
          "mmap", map.toString(), Errno.EINVAL, "only an array with BPF_F_MMAPABLE can be mapped");
    }
    int stride = (map.valueSize() + 7) & ~7;
    long page = LibC.getpagesize();
    long length = ((long) stride * map.maxEntries() + page - 1) / page * page;
    if (length > Integer.MAX_VALUE) {
      throw BpfException.of(
          "mmap", map.toString(), Errno.E2BIG, length + " bytes, 2 GiB is the limit");
    }
    long address =
        LibC.mmap(0, length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, map.fd(), 0);
    if (address == -1) {
      throw BpfException.of("mmap", map.toString(), Native.getLastError(), "");
    }
    return new MappedArray(map, address, length, stride);
  }

  /** The address of element 0. */
  public long address() {
    return address;
  }

  /** Bytes mapped: all elements, rounded up to whole pages. */
  public long length() {
    return length;
  }

  /** Bytes from one element to the next: the value size rounded up to 8. */
  public int stride() {
    return stride;
  }

  /**
   * Reads a long.
   *
   * @param index the element
   * @param offset bytes into the element, a multiple of 8
   */
  public long getLong(int index, int offset) {
    return (long) LONG.getVolatile(memory(), at(index, offset));
  }

  /** Writes a long; the arguments are those of {@link #getLong}. */
  public void setLong(int index, int offset, long value) {
    LONG.setVolatile(memory(), at(index, offset), value);
  }

  /** Adds to a long and returns what it was before. */
  public long addLong(int index, int offset, long delta) {
    return (long) LONG.getAndAdd(memory(), at(index, offset), delta);
  }

  /** Writes a long if it holds the expected value; returns whether it did. */
  public boolean compareAndSetLong(int index, int offset, long expected, long value) {
    return LONG.compareAndSet(memory(), at(index, offset), expected, value);
  }

  private ByteBuffer memory() {
    ByteBuffer current = memory;
    if (current == null) {
      throw new IllegalStateException("the mapping of " + name + " is closed");
    }
    return current;
  }

  private int at(int index, int offset) {
    if (index < 0 || index >= entries || offset < 0 || offset > stride - 8 || (offset & 7) != 0) {
      throw new IndexOutOfBoundsException(
          name + ": element " + index + ", offset " + offset + " of " + entries + " x " + stride);
    }
    return index * stride + offset;
  }

  /** Unmaps the memory; the second call does nothing. */
  @Override
  public synchronized void close() {
    if (memory != null) {
      memory = null;
      LibC.munmap(address, length);
    }
  }
}
