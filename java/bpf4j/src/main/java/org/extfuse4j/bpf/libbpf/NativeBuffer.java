// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A direct buffer in the machine's byte order together with its address, for the hot path: allocate
 * once per thread, fill through {@link #buffer()}, pass {@link #address()} on.
 *
 * <p>The memory lives as long as this object is reachable: keep it in a field while a native call
 * may use its address. Not synchronised: one thread at a time.
 */
public final class NativeBuffer {
  private final ByteBuffer buffer;
  private final long address;

  private NativeBuffer(int size) {
    buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    address = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  }

  /**
   * Allocates zeroed memory, aligned to at least 8 bytes.
   *
   * @param size bytes, at least 1
   */
  public static NativeBuffer allocate(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size " + size + " is not positive");
    }
    return new NativeBuffer(size);
  }

  /** A NUL-terminated copy of a string in UTF-8. */
  public static NativeBuffer cString(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL in \"" + text.replace('\0', '?') + "\"");
    }
    NativeBuffer copy = allocate(bytes.length + 1);
    copy.buffer.put(0, bytes);
    return copy;
  }

  /** The buffer, in native byte order; its position and limit have no influence on the address. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** The address of the buffer's first byte. */
  public long address() {
    return address;
  }

  /** Placed behind a native call: keeps the garbage collector from freeing the memory before it. */
  @SuppressWarnings("ReachabilityFenceUsage") // its callers' native calls do not throw
  public void keepReachable() {
    Reference.reachabilityFence(this);
  }

  /** The size in bytes. */
  public int size() {
    return buffer.capacity();
  }
}
