// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.NodeRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grace periods that fail, for want of descriptors or memory, are tried again. */
final class ReclaimerFailuresTest {
  private static final class Node extends CachedNode {
    Node(long nodeid) {
      super(nodeid);
    }
  }

  private final FakeCache cache = new FakeCache(64);
  private final BlockingQueue<Long> removed = new LinkedBlockingQueue<>();
  private final NodeRegistry<Node> registry =
      new NodeRegistry<>(cache, new NodeLocks(), node -> removed.add(node.nodeid()));

  @AfterEach
  void end() {
    cache.endGracePeriod();
    registry.close();
  }

  private Node cached() {
    Node node = new Node(registry.newId());
    registry.add(node);
    registry.retain(node);
    assertThat(cache.slots().hold(node)).isTrue();
    return node;
  }

  private void removed(Node node) throws InterruptedException {
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(removed.poll(10, TimeUnit.SECONDS)).isEqualTo(node.nodeid());
    assertThat(registry.audit().faults()).isEmpty();
  }

  @Test
  void aNodeThatHasLostItsNameLeavesLater() throws InterruptedException {
    Node node = cached();
    cache.failing.set(3);
    registry.forget(node.nodeid(), 1);
    registry.named(node, false);
    removed(node);
    assertThat(cache.journal)
        .filteredOn(line -> line.endsWith("grace"))
        .containsExactly("no grace", "no grace", "no grace", "grace");
  }

  @Test
  void aSweepIsMadeLater() throws InterruptedException {
    Node node = cached();
    registry.forget(node.nodeid(), 1);
    cache.failing.set(1);
    registry.reclaimIdle();
    removed(node);
  }

  @Test
  void itServesOthersAfterwards() throws InterruptedException {
    Node first = cached();
    cache.failing.set(1);
    registry.forget(first.nodeid(), 1);
    registry.named(first, false);
    removed(first);
    Node second = cached();
    registry.forget(second.nodeid(), 1);
    registry.named(second, false);
    removed(second);
  }

  @Test
  void itEndsWhileItFails() {
    Node node = cached();
    cache.failing.set(Integer.MAX_VALUE);
    registry.forget(node.nodeid(), 1);
    registry.named(node, false);
    while (!cache.journal.contains("no grace")) {
      Thread.onSpinWait();
    }
    long begin = System.nanoTime();
    registry.close();
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(4));
  }
}
