// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * Many operations on one map in one system call: BPF_MAP_*_BATCH, Linux 5.6. Keys and values lie
 * one after the other, {@link BpfMap#keySize()} and {@link BpfMap#valueBufferSize()} bytes apart.
 *
 * <p>A call answers 0 or a negative errno and leaves in {@link #done()} how many elements it
 * handled; nothing is allocated. The count and the cursor live in this object: one thread at a
 * time, one object a thread. Map types without batches answer -{@link Errno#ENOTSUPP}.
 */
public final class BpfBatch {
  private static final int COUNT = 0;
  private static final int OPTS = 8;
  private static final int OPTS_SIZE = 24;
  private static final int ELEM_FLAGS = OPTS + 8;
  private static final int CURSOR = OPTS + OPTS_SIZE;

  private final BpfMap map;

  /**
   * u32 count; struct bpf_map_batch_opts {size_t sz; u64 elem_flags, flags}; the kernel's cursor.
   */
  private final NativeBuffer words;

  private boolean started;
  private int done;

  BpfBatch(BpfMap map) {
    this.map = map;
    this.words = NativeBuffer.allocate(CURSOR + Math.max(map.keySize(), Long.BYTES));
    words.buffer().putLong(OPTS, OPTS_SIZE);
  }

  /** How many elements the last call handled, also when it failed half-way. */
  public int done() {
    return done;
  }

  /**
   * Writes elements in order and stops at the first that fails.
   *
   * @param elemFlags 0 or {@link BpfFlags#LOCK}; Linux refuses NOEXIST and EXIST here with -EINVAL
   * @return 0, or the negative errno of element number {@link #done()}
   */
  public int update(long keys, long values, int count, long elemFlags) {
    prepare(count, elemFlags);
    return finish(count, LibBpf.bpf_map_update_batch(map.fd(), keys, values, at(COUNT), at(OPTS)));
  }

  /**
   * Removes elements in order and stops at the first that fails.
   *
   * @return 0, or the negative errno of element number {@link #done()}: -ENOENT if it is not there,
   *     so the caller goes on behind it
   */
  public int delete(long keys, int count) {
    prepare(count, 0);
    return finish(count, LibBpf.bpf_map_delete_batch(map.fd(), keys, at(COUNT), at(OPTS)));
  }

  /** Lets the next {@link #lookup} or {@link #lookupAndDelete} start at the map's beginning. */
  public void rewind() {
    started = false;
  }

  /**
   * Reads up to {@code count} elements, from where the last call stopped.
   *
   * @param keys room for count keys
   * @param values room for count values
   * @return 0 if there may be more, -ENOENT at the end ({@link #done()} elements were still read),
   *     -ENOSPC if a hash bucket holds more than count elements, or another negative errno
   */
  public int lookup(long keys, long values, int count) {
    prepare(count, 0);
    long in = started ? at(CURSOR) : 0;
    return advance(
        count,
        LibBpf.bpf_map_lookup_batch(map.fd(), in, at(CURSOR), keys, values, at(COUNT), at(OPTS)));
  }

  /** Reads and removes up to {@code count} elements of a hash map; otherwise as {@link #lookup}. */
  public int lookupAndDelete(long keys, long values, int count) {
    prepare(count, 0);
    long in = started ? at(CURSOR) : 0;
    return advance(
        count,
        LibBpf.bpf_map_lookup_and_delete_batch(
            map.fd(), in, at(CURSOR), keys, values, at(COUNT), at(OPTS)));
  }

  private long at(int offset) {
    return words.address() + offset;
  }

  private void prepare(int count, long elemFlags) {
    words.buffer().putInt(COUNT, count).putLong(ELEM_FLAGS, elemFlags);
  }

  private int advance(int count, int rc) {
    started |= rc == 0;
    return finish(count, rc);
  }

  /**
   * A call refused before its first element leaves the count as it was passed in; one that stopped
   * half-way has less, one that met the map's end (-ENOENT) may have it all.
   */
  private int finish(int count, int rc) {
    int reported = words.buffer().getInt(COUNT);
    done = rc < 0 && rc != -Errno.ENOENT && reported == count ? 0 : reported;
    return rc;
  }
}
