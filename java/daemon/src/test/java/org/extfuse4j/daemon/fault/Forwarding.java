// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.Slots;
import org.extfuse4j.fuse.protocol.FuseInit;

/** A cache that does what {@link #right} does. */
abstract class Forwarding implements MetadataCache {
  abstract MetadataCache right();

  @Override
  public void init(FuseInit init) {
    right().init(init);
  }

  @Override
  public boolean active() {
    return right().active();
  }

  @Override
  public Slots slots() {
    return right().slots();
  }

  @Override
  public int epoch() {
    return right().epoch();
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    right().putEntry(parent, name, offset, length, child, epoch, expires);
  }

  @Override
  public long findEntry(long parent, ByteBuffer name, int offset, int length) {
    return right().findEntry(parent, name, offset, length);
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {
    right().dropEntry(parent, name, offset, length);
  }

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {
    right().putAttr(node, attr, offset, epoch, expires);
  }

  @Override
  public void withholdAttr(CachedNode node, int epoch) {
    right().withholdAttr(node, epoch);
  }

  @Override
  public void dropAttr(CachedNode node) {
    right().dropAttr(node);
  }

  @Override
  public boolean openNames(CachedNode directory) {
    return right().openNames(directory);
  }

  @Override
  public void closeNames(CachedNode directory) {
    right().closeNames(directory);
  }

  @Override
  public boolean areNamesOpen(CachedNode directory) {
    return right().areNamesOpen(directory);
  }

  @Override
  public void gracePeriod() {
    right().gracePeriod();
  }

  @Override
  public void flush() {
    right().flush();
  }

  @Override
  public void close() {
    right().close();
  }

  @Override
  public int generation() {
    return right().generation();
  }
}
