// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.extfuse4j.fuse.sys.Syscalls;

/**
 * What identifies an object of the source ({@link Resolver#identify}), in native memory: a struct
 * file_handle, which may have more after it than its file system put there. One for each thread.
 */
public final class Key {
  /** A handle as long as this, of ext4 for one, and of a type that fits into a byte, is short. */
  static final int SHORT = Long.BYTES;

  /** MAX_HANDLE_SZ of linux/fcntl.h. */
  private static final int MAX_HANDLE = 128;

  /** What {@link Resolver}es add to a handle. */
  private static final int MORE = 32;

  // Types of linux/exportfs.h: an inode number and a generation.
  private static final int FILEID_INO32_GEN = 1;
  private static final int FILEID_INO64_GEN = 0x81;

  private static final int BYTES = 0;
  private static final int TYPE = 4;
  private static final int DATA = 8;
  private static final int MOUNT_ID = DATA + MAX_HANDLE + MORE;
  private static final int EMPTY_PATH = MOUNT_ID + Long.BYTES;
  private static final int MAX_TYPE_OF_SHORT = 0xff;

  /** How much memory it takes. */
  public static final int SIZE = EMPTY_PATH + Long.BYTES;

  /**
   * The inode number where that is needed too ({@link NameResolver}), else 0: not in the memory, so
   * that the rest may be short.
   */
  public long inode;

  private final ByteBuffer memory;
  private final long address;

  public Key(ByteBuffer memory, long address) {
    this.memory = memory;
    this.address = address;
  }

  /** The address of the struct file_handle. */
  long address() {
    return address;
  }

  /** Becomes the handle of what {@code fd} refers to; returns 0 or a negative errno. */
  int encode(int fd, int flags) {
    return encode(fd, address + EMPTY_PATH, flags | Libc.AT_EMPTY_PATH);
  }

  /** The same for a name in a directory, no symbolic link followed. */
  int encode(int dir, long name, int flags) {
    memory.putInt(BYTES, MAX_HANDLE);
    return Syscalls.nameToHandleAt(dir, name, address, address + MOUNT_ID, flags);
  }

  /** Becomes empty, of a type that no handle has. */
  void clear() {
    memory.putInt(BYTES, 0);
    memory.putInt(TYPE, -1);
  }

  void append(long value) {
    memory.putLong(DATA + length(), value);
    memory.putInt(BYTES, length() + Long.BYTES);
  }

  void append(int value) {
    memory.putInt(DATA + length(), value);
    memory.putInt(BYTES, length() + Integer.BYTES);
  }

  public int type() {
    return memory.getInt(TYPE);
  }

  /** Of a handle of FUSE (fuse_encode_fh() of fs/fuse/inode.c): the nodeid. */
  long fuseNodeid() {
    return (long) memory.getInt(DATA) << Integer.SIZE
        | Integer.toUnsignedLong(memory.getInt(DATA + Integer.BYTES));
  }

  /**
   * Whether it is a handle that the kernel makes for file systems of any kind, and no generation in
   * it tells two objects apart that have had one inode number.
   */
  boolean isWithoutGeneration() {
    return type() == FILEID_INO64_GEN
        || (type() == FILEID_INO32_GEN && memory.getInt(DATA + Integer.BYTES) == 0);
  }

  /** Without the type, in bytes. */
  public int length() {
    return memory.getInt(BYTES);
  }

  /** Whether it is a type, a length and a long. */
  public boolean isShort() {
    int type = type();
    return length() <= SHORT && type >= 0 && type <= MAX_TYPE_OF_SHORT;
  }

  /** All of a short key but its type and length. */
  public long shortData() {
    if (length() == SHORT) {
      return memory.getLong(DATA);
    }
    long data = 0;
    for (int i = length() - 1; i >= 0; i--) {
      data = data << Byte.SIZE | Byte.toUnsignedLong(memory.get(DATA + i));
    }
    return data;
  }

  /** Becomes a short key. */
  public void set(int type, int length, long data) {
    memory.putInt(BYTES, length);
    memory.putInt(TYPE, type);
    if (length == SHORT) {
      memory.putLong(DATA, data);
      return;
    }
    for (int i = 0; i < length; i++) {
      memory.put(DATA + i, (byte) (data >>> (Byte.SIZE * i)));
    }
  }

  /** The type and all that follows. */
  public byte[] toBytes() {
    byte[] bytes = new byte[Integer.BYTES + length()];
    memory.get(TYPE, bytes);
    return bytes;
  }

  /** Becomes what {@link #toBytes} returned. */
  public void set(byte[] bytes) {
    memory.putInt(BYTES, bytes.length - Integer.BYTES);
    memory.put(TYPE, bytes);
  }

  /** What {@link #toBytes} returns, but the last {@link #SHORT} bytes; it is at least as long. */
  byte[] head() {
    return Arrays.copyOf(toBytes(), Integer.BYTES + length() - SHORT);
  }

  boolean hasHead(byte[] head) {
    return head.length == Integer.BYTES + length() - SHORT && beginsWith(head);
  }

  /** Keeps the last {@link #SHORT} bytes, and this type. */
  void shorten(int type) {
    set(type, SHORT, memory.getLong(DATA + length() - SHORT));
  }

  public boolean equalTo(byte[] bytes) {
    return bytes.length == Integer.BYTES + length() && beginsWith(bytes);
  }

  private boolean beginsWith(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != memory.get(TYPE + i)) {
        return false;
      }
    }
    return true;
  }

  public int hash() {
    if (isShort()) {
      return hash(shortData() + inode);
    }
    long h = 0;
    for (int i = 0; i < Integer.BYTES + length(); i++) {
      h = h * 31 + memory.get(TYPE + i);
    }
    return hash(h + inode);
  }

  public static int hash(byte[] bytes, long inode) {
    long h = 0;
    for (byte b : bytes) {
      h = h * 31 + b;
    }
    return hash(h + inode);
  }

  public static int hash(long data) {
    return (int) ((data * 0x9e3779b97f4a7c15L) >>> 32);
  }
}
