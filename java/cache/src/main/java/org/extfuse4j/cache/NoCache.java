// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.Slots;
import org.extfuse4j.fuse.protocol.FuseInit;

/** See {@link MetadataCache#none()}. */
final class NoCache implements MetadataCache {
  static final NoCache INSTANCE = new NoCache();

  private NoCache() {}

  @Override
  public void init(FuseInit init) {}

  @Override
  public boolean active() {
    return false;
  }

  @Override
  public Slots slots() {
    return Slots.none();
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {}

  @Override
  public long findEntry(long parent, ByteBuffer name, int offset, int length) {
    return UNKNOWN;
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {}

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {}

  @Override
  public void withholdAttr(CachedNode node, int epoch) {}

  @Override
  public void dropAttr(CachedNode node) {}

  @Override
  public boolean openNames(CachedNode directory) {
    return false;
  }

  @Override
  public void closeNames(CachedNode directory) {}

  @Override
  public boolean areNamesOpen(CachedNode directory) {
    return false;
  }

  @Override
  public void gracePeriod() {}

  @Override
  public void flush() {}

  @Override
  public void close() {}

  /** Nobody answers but the mount that asks. */
  @Override
  public int generation() {
    return MetadataCache.newGeneration();
  }
}
