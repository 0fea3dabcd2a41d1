// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.fuse.FuseException;

/**
 * Memory in whole pages, for one thread of a session (mmap(2), anonymous). Those that are never
 * touched take none: a request is as large as the largest WRITE, and most have a hundred bytes.
 * Unlike a direct buffer's they are freed when the thread ends, not when there is garbage to
 * collect.
 */
public final class Pages implements AutoCloseable {
  private final long address;
  private final long size;
  private boolean freed;

  private Pages(long address, long size) {
    this.address = address;
    this.size = size;
  }

  /**
   * Maps some.
   *
   * @throws FuseException ENOMEM
   */
  public static Pages map(long size) {
    long address = Libc.mmap(0, size, Libc.PROT_READ_WRITE, Libc.MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (address == Libc.MAP_FAILED) {
      throw new FuseException("cannot map " + size + " bytes for a thread", Libc.errno());
    }
    return new Pages(address, size);
  }

  /** All of it, in native byte order; not to be touched after {@link #close}. */
  public ByteBuffer buffer() {
    return new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
  }

  /** Frees it; the second call does nothing. */
  @Override
  public synchronized void close() {
    if (!freed) {
      freed = true;
      Libc.munmap(address, size);
    }
  }
}
