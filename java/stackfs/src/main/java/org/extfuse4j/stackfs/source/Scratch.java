// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.publish.Predictor;

/** One thread's native memory: nothing is allocated per request. */
public final class Scratch {
  public static final int STATX_SIZE = 256;
  public static final int ATTR_SIZE = 88;
  public static final int DENTS_SIZE = 64 * 1024;

  private static final int NAME_SIZE = 256;
  private static final int LONG_NAME = 256;
  private static final int PATH_SIZE = 32;
  private static final int TIMES_SIZE = 32;
  private static final byte[] PROC_FD = {
    '/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/'
  };
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final ByteBuffer memory;
  private final long address;

  public final ByteBuffer statx;
  public final long statxAddress;
  public final ByteBuffer attr;
  public final Key key;
  public final ByteBuffer times;
  public final long timesAddress;
  public final ByteBuffer dents;
  public final long dentsAddress;
  public final long emptyPath;
  public final long dotPath;
  public final long dotDotPath;
  public final long nameAddress;

  /** A name that no file has, because it is too long, and one that no extended attribute has. */
  public final long longName;

  public final long noXattr;

  public final Caller caller;

  /** That a name leads to a node that has a descriptor. */
  public final Predictor openPredictor = new Predictor();

  /** That the kernel can look up a name without asking. */
  public final Predictor cachedGuess = new Predictor();

  private final int pathOffset;
  private final ByteBuffer name;

  /** The cache's epoch when the request began: nothing that it sees is older. */
  public int epoch;

  /**
   * Whether the name that the cache was told of last, or would have been, may be believed ({@link
   * CaseRule}); false at the beginning of a request.
   */
  public boolean exact;

  /** The device of the directory that is being listed ({@link ListedNumbers}). */
  public long listed;

  /**
   * What the object that was looked at last is for the source, whatever number it is shown with.
   */
  public long sourceDevice;

  public long sourceInode;

  /** The negative errno of a call that returned null. */
  public int error;

  private int allocated;

  private Scratch() {
    memory =
        ByteBuffer.allocateDirect(DENTS_SIZE + 4096)
            .alignedSlice(Long.BYTES)
            .order(ByteOrder.nativeOrder());
    address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));
    statxAddress = address + allocated;
    statx = slice(STATX_SIZE);
    attr = slice(ATTR_SIZE);
    long keyAddress = address + allocated;
    key = new Key(slice(Key.SIZE), keyAddress);
    timesAddress = address + allocated;
    times = slice(TIMES_SIZE);
    pathOffset = allocated;
    allocated += PATH_SIZE;
    emptyPath = address + allocated; // a NUL that nobody writes
    allocated += Long.BYTES;
    caller = new Caller(emptyPath);
    dotPath = address + allocated;
    memory.put(allocated, (byte) '.');
    allocated += Long.BYTES;
    dotDotPath = address + allocated;
    memory.put(allocated, (byte) '.').put(allocated + 1, (byte) '.');
    allocated += Long.BYTES;
    nameAddress = address + allocated;
    name = slice(NAME_SIZE);
    longName = address + allocated;
    for (int i = 0; i < LONG_NAME; i++) {
      memory.put(allocated++, (byte) 'x');
    }
    noXattr = address + allocated - 1; // without a namespace
    allocated += Long.BYTES; // both end with a NUL
    allocated &= -Long.BYTES;
    dentsAddress = address + allocated;
    dents = slice(DENTS_SIZE);
  }

  /** The calling thread's. */
  public static Scratch get() {
    return SCRATCH.get();
  }

  private ByteBuffer slice(int size) {
    ByteBuffer slice = memory.slice(allocated, size).order(ByteOrder.nativeOrder());
    allocated += size;
    return slice;
  }

  /** Puts a file name at {@link #nameAddress}. */
  public void putName(byte[] bytes) {
    name.put(0, bytes);
    name.put(bytes.length, (byte) 0);
  }

  /** The address of "/proc/self/fd/N": for calls that do not take an O_PATH descriptor. */
  public long procPath(int fd) {
    memory.put(pathOffset, PROC_FD);
    int digits = fd < 10 ? 1 : (int) Math.log10(fd) + 1;
    int at = pathOffset + PROC_FD.length + digits;
    memory.put(at, (byte) 0);
    for (int rest = fd, i = 0; i < digits; i++, rest /= 10) {
      memory.put(--at, (byte) ('0' + rest % 10));
    }
    return address + pathOffset;
  }
}
