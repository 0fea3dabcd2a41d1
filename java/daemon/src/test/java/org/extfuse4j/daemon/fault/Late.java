// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.CachedNode;

/** See {@link Fault#LATE}: another thread writes the maps, in order, a little later. */
final class Late extends Mistaken {
  private static final int DELAY_MS = 2;
  private static final int ATTR_SIZE = 88;

  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "late-map-writer");
            thread.setDaemon(true);
            return thread;
          });

  Late(MetadataCache right) {
    super(right);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits: that is the fault
  private void later(Runnable write) {
    writer.schedule(write, DELAY_MS, TimeUnit.MILLISECONDS);
  }

  // The caller's buffer holds another request by then.
  private static ByteBuffer copy(ByteBuffer from, int offset, int length) {
    ByteBuffer copy = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    return copy.put(0, from, offset, length);
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    ByteBuffer copy = copy(name, offset, length);
    later(() -> super.putEntry(parent, copy, 0, length, child, epoch, expires));
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {
    ByteBuffer copy = copy(name, offset, length);
    later(() -> super.dropEntry(parent, copy, 0, length));
  }

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {
    ByteBuffer copy = copy(attr, offset, ATTR_SIZE);
    later(() -> super.putAttr(node, copy, 0, epoch, expires));
  }

  @Override
  public void withholdAttr(CachedNode node, int epoch) {
    later(() -> super.withholdAttr(node, epoch));
  }

  @Override
  public void dropAttr(CachedNode node) {
    later(() -> super.dropAttr(node));
  }

  // Whoever waits for handlers has dropped what they could find.
  @Override
  public void gracePeriod() {
    try {
      writer.schedule(() -> {}, DELAY_MS, TimeUnit.MILLISECONDS).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    super.gracePeriod();
  }

  @Override
  public void close() {
    writer.shutdownNow();
    super.close();
  }
}
