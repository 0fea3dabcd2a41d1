// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * The elements of a map as arrays of bytes: each call copies, for tests and for tools. What is
 * called often uses addresses ({@link BpfMap#update(long, long, long)} and the like).
 */
public abstract class ElementAccess {
  ElementAccess() {}

  abstract int update(long key, long value, long flags);

  abstract int lookup(long key, long value);

  abstract int delete(long key);

  abstract int nextKey(long key, long next);

  abstract int keySize();

  abstract int valueBufferSize();

  abstract int maxEntries();

  /**
   * Writes an element.
   *
   * @param flags as in {@link BpfMap#update(long, long, long)}
   * @return false if NOEXIST met an element or EXIST met none
   * @throws BpfException for any other failure; E2BIG if the map is full
   */
  public boolean put(byte[] key, byte[] value, long flags) {
    NativeBuffer k = copy(key, keySize(), "key");
    NativeBuffer v = copy(value, valueBufferSize(), "value");
    int rc = update(k.address(), v.address(), flags);
    k.keepReachable();
    v.keepReachable();
    boolean refused =
        (rc == -Errno.EEXIST && (flags & BpfFlags.NOEXIST) != 0)
            || (rc == -Errno.ENOENT && (flags & BpfFlags.EXIST) != 0);
    return !refused && done("update", rc);
  }

  /** Writes an element, new or not. */
  public void put(byte[] key, byte[] value) {
    put(key, value, BpfFlags.ANY);
  }

  /**
   * Reads an element.
   *
   * @return a copy of the value ({@link #valueBufferSize()} bytes), empty if there is none
   * @throws BpfException for any failure but ENOENT
   */
  public Optional<byte[]> get(byte[] key) {
    NativeBuffer k = copy(key, keySize(), "key");
    NativeBuffer v = NativeBuffer.allocate(Math.max(1, valueBufferSize()));
    int rc = lookup(k.address(), v.address());
    k.keepReachable();
    if (rc == -Errno.ENOENT) {
      return Optional.empty();
    }
    done("lookup", rc);
    byte[] value = new byte[valueBufferSize()];
    v.buffer().get(0, value);
    return Optional.of(value);
  }

  /**
   * Removes an element.
   *
   * @return false if it was not there
   * @throws BpfException for any failure but ENOENT
   */
  public boolean remove(byte[] key) {
    NativeBuffer k = copy(key, keySize(), "key");
    int rc = delete(k.address());
    k.keepReachable();
    return rc != -Errno.ENOENT && done("delete", rc);
  }

  /**
   * Lists the keys, at most {@link #maxEntries()} of them. While others change the map a key may be
   * missed or listed twice.
   *
   * @throws BpfException if the map type cannot be walked
   */
  public List<byte[]> keys() {
    NativeBuffer key = NativeBuffer.allocate(keySize());
    List<byte[]> keys = new ArrayList<>();
    int rc = nextKey(0, key.address());
    while (rc == 0 && Integer.compareUnsigned(keys.size(), maxEntries()) < 0) {
      byte[] copy = new byte[keySize()];
      key.buffer().get(0, copy);
      keys.add(copy);
      rc = nextKey(key.address(), key.address());
    }
    if (rc != 0 && rc != -Errno.ENOENT) {
      throw BpfException.of("walk", toString(), rc, "");
    }
    return keys;
  }

  private NativeBuffer copy(byte[] bytes, int size, String what) {
    if (bytes.length != size) {
      throw new IllegalArgumentException(
          this + ": the " + what + " has " + bytes.length + " bytes, not " + size);
    }
    NativeBuffer copy = NativeBuffer.allocate(Math.max(1, size));
    copy.buffer().put(0, bytes);
    return copy;
  }

  private boolean done(String operation, int rc) {
    if (rc < 0) {
      throw BpfException.of(operation, toString(), rc, "");
    }
    return true;
  }
}
