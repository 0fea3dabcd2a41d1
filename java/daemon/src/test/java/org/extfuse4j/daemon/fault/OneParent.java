// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;

/** See {@link Fault#ONE_PARENT}: the new name is noted in the old directory. */
final class OneParent extends Mistaken {
  private record Rename(long from, long to) {}

  private static final ThreadLocal<Rename> RENAME = new ThreadLocal<>();

  OneParent(MetadataCache right) {
    super(right);
  }

  /** The calling thread serves a rename. */
  void begin(long from, long to) {
    RENAME.set(new Rename(from, to));
  }

  void end() {
    RENAME.remove();
  }

  private long parent(long parent) {
    Rename now = RENAME.get();
    return now != null && now.to == parent ? now.from : parent;
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    super.putEntry(parent(parent), name, offset, length, child, epoch, expires);
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {
    super.dropEntry(parent(parent), name, offset, length);
  }
}
