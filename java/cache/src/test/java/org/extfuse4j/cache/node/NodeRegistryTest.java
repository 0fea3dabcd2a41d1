// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.FakeCache;
import org.extfuse4j.cache.MetadataCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The life of nodes, with a kernel that the test plays. The reclaimer is held by the gate of its
 * grace period, so that each interleaving is played as it is written.
 */
class NodeRegistryTest {
  private static final class Node extends CachedNode {
    Node(long nodeid) {
      super(nodeid);
    }
  }

  private final FakeCache cache = new FakeCache(64);
  private final NodeLocks locks = new NodeLocks();
  private final BlockingQueue<Long> removed = new LinkedBlockingQueue<>();
  private NodeRegistry<Node> registry = registry(cache);

  private NodeRegistry<Node> registry(MetadataCache of) {
    return new NodeRegistry<>(
        of,
        locks,
        node -> {
          assertThat(Thread.holdsLock(registry)).isTrue();
          removed.add(node.nodeid());
        });
  }

  @AfterEach
  void end() {
    for (int i = 0; i < 10; i++) {
      cache.endGracePeriod();
    }
    registry.close();
  }

  /** A node that a reply has handed out so often, without attributes in the cache. */
  private Node bare(int replies) {
    Node node = new Node(registry.newId());
    registry.add(node);
    for (int i = 0; i < replies; i++) {
      registry.retain(node);
    }
    return node;
  }

  /** The same with attributes in the cache. */
  private Node cached(int replies) {
    Node node = bare(replies);
    assertThat(cache.slots().hold(node)).as("a slot for %s", node.nodeid()).isTrue();
    return node;
  }

  private long awaitRemoval() throws InterruptedException {
    Long nodeid = removed.poll(10, TimeUnit.SECONDS);
    assertThat(nodeid).as("removed; the cache was asked for %s", cache.journal).isNotNull();
    registry.size(); // waits for the monitor, inside which it is removed
    return nodeid;
  }

  private boolean known(Node node) {
    return registry.get(node.nodeid()) == node;
  }

  private boolean leaving(Node node) {
    locks.lock(node.nodeid());
    try {
      return node.leaving;
    } finally {
      locks.unlock(node.nodeid());
    }
  }

  /** Lets a grace period end and waits until the reclaimer is done with what it had in hand. */
  private void finishReclaiming() throws InterruptedException {
    Node other = cached(1);
    registry.forget(other.nodeid(), 1);
    registry.named(other, false);
    cache.endGracePeriod();
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    while (awaitRemoval() != other.nodeid()) {}
  }

  private void assertClean() {
    assertThat(registry.audit().faults()).isEmpty();
  }

  @Test
  void idsAreNeverUsedTwiceNorTheRoots() {
    registry = registry(MetadataCache.none());
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Node node = bare(1);
      ids.add(node.nodeid());
      registry.forget(node.nodeid(), 1);
    }
    assertThat(ids).doesNotHaveDuplicates().doesNotContain(0L, NodeRegistry.ROOT_ID);
    assertThat(registry.size()).isZero();
  }

  @Test
  void aNodeThatIsNotCachedDiesWithItsLastCount() {
    Node node = bare(3);
    registry.forget(node.nodeid(), 2);
    assertThat(known(node)).isTrue();
    registry.forget(node.nodeid(), 1);
    assertThat(registry.size()).isZero();
    assertThat(removed).containsExactly(node.nodeid());
    assertThat(cache.journal).isEmpty();
    assertThat(cache.slots().hold(node)).as("the dead get no slot").isFalse();
    assertClean();
  }

  @Test
  void thatADirectoryIsOpenIsNoCountAndOutlivesItsSlot() {
    Node node = cached(1);
    cache.kernelLooksUp(node.slot);
    assertThat(cache.kernelOpens(node.slot)).isTrue();
    assertThat(cache.openNames(node)).as("opened by the daemon too").isFalse();
    assertThat(cache.slots().lookups(node)).isEqualTo(1);
    assertThat(cache.slots().release(node)).isEqualTo(1);
    assertThat(cache.areNamesOpen(node)).isTrue();
    assertThat(cache.slots().hold(node)).isTrue();
    assertThat(cache.kernelOpens(node.slot)).isFalse();
    cache.closeNames(node);
    assertThat(cache.openNames(node)).isTrue();
    assertThat(cache.kernelOpens(node.slot)).isFalse();
    cache.closeNames(node);
    assertThat(cache.kernelOpens(node.slot)).isTrue();
    // The next owner of the slot has nothing open.
    cache.slots().release(node);
    assertThat(cache.areNamesOpen(cached(1))).isFalse();
  }

  @Test
  void aCachedNodeStaysWhenTheKernelHasForgottenIt() {
    Node node = cached(1);
    registry.forget(node.nodeid(), 1);
    assertThat(known(node)).isTrue();
    assertThat(cache.journal).isEmpty();
    Audit audit = registry.audit();
    assertThat(audit).isEqualTo(new Audit(1, 0, 1, 1, List.of()));
  }

  @Test
  void repliesAndInKernelAnswersAreReturnedByOneForget() throws InterruptedException {
    Node node = cached(2);
    for (int i = 0; i < 5; i++) {
      cache.kernelLooksUp(node.slot);
    }
    assertThat(registry.audit().held()).isEqualTo(1);
    registry.forget(node.nodeid(), 6);
    assertThat(registry.audit().held()).isEqualTo(1);
    registry.forget(node.nodeid(), 1);
    assertThat(registry.audit().held()).isZero();
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
    assertClean();
  }

  @Test
  void aCachedNodeDiesOnlyAfterItsAttributesAndAGracePeriod() throws InterruptedException {
    Node node = cached(1);
    registry.forget(node.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    assertThat(cache.journal).containsExactly("drop " + node.nodeid(), "grace");
    assertThat(known(node)).isTrue();
    assertThat(leaving(node)).as("takes no attributes").isTrue();
    assertThat(removed).isEmpty();
    cache.endGracePeriod();
    awaitRemoval();
    assertThat(registry.size()).isZero();
    assertThat(node.slot).isEqualTo(-1);
  }

  @Test
  void nodesInNumbers() throws InterruptedException {
    long slots = cache.slots().capacity();
    Node idle = cached(1);
    registry.forget(idle.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    Node unnamed = cached(1);
    registry.forget(unnamed.nodeid(), 1);
    registry.named(unnamed, false);
    bare(1);
    assertThat(registry.counts()).isEqualTo(new NodeCounts(3, 2, slots, 0, 1));
    cache.endGracePeriod();
    awaitRemoval();
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    awaitRemoval();
    assertThat(registry.counts()).isEqualTo(new NodeCounts(1, 0, slots, 2, 0));
  }

  @Test
  void aSlotIsUsedAgainOnlyAfterTheGracePeriod() throws InterruptedException {
    Node node = cached(1);
    int slot = node.slot;
    cache.kernelLooksUp(slot);
    registry.forget(node.nodeid(), 2);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    List<Integer> meanwhile = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      meanwhile.add(cached(1).slot);
    }
    assertThat(meanwhile).doesNotContain(slot);
    cache.endGracePeriod();
    awaitRemoval();
    Node next = cached(1);
    assertThat(next.slot).isEqualTo(slot);
    assertThat(cache.slots().lookups(next)).as("counts start at zero").isZero();
  }

  @Test
  void aLookupThatIsAnsweredDuringTheGracePeriodKeepsTheNode() throws InterruptedException {
    Node node = cached(1);
    registry.forget(node.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    registry.retain(node);
    finishReclaiming();
    assertThat(known(node)).isTrue();
    assertThat(leaving(node)).as("takes attributes again").isFalse();
    assertThat(cache.slots().hold(node)).isTrue();
    assertThat(registry.audit().held()).isEqualTo(1);
    assertClean();
  }

  @Test
  void anInKernelAnswerDuringTheGracePeriodKeepsTheNode() throws InterruptedException {
    Node node = cached(1);
    registry.forget(node.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    cache.kernelLooksUp(node.slot); // by a handler that had found the attributes before
    finishReclaiming();
    assertThat(known(node)).isTrue();
    assertThat(node.slot).isEqualTo(-1);
    assertThat(node.balance).as("what was counted in the slot").isEqualTo(1);
    registry.forget(node.nodeid(), 1);
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
    assertClean();
  }

  @Test
  void aNodeForgottenOnceMoreDuringItsGracePeriodDiesOnce() throws InterruptedException {
    Node node = cached(1);
    registry.named(node, false);
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    registry.retain(node);
    registry.forget(node.nodeid(), 1);
    registry.retain(node);
    registry.forget(node.nodeid(), 1);
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
    Node other = cached(1);
    registry.named(other, false);
    registry.forget(other.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(other.nodeid());
    assertThat(registry.size()).isZero();
    assertClean();
  }

  @Test
  void aNodeWithoutANameIsNotKept() throws InterruptedException {
    Node forgottenFirst = cached(1);
    registry.forget(forgottenFirst.nodeid(), 1);
    registry.named(forgottenFirst, false);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(forgottenFirst.nodeid());
    Node removedFirst = cached(1);
    registry.named(removedFirst, false);
    assertThat(cache.gracePeriodBegun()).isFalse();
    registry.forget(removedFirst.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(removedFirst.nodeid());
  }

  @Test
  void sweepingLeavesWhatTheKernelHolds() throws InterruptedException {
    Node held = cached(1);
    Node idle = cached(1);
    registry.forget(idle.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(idle.nodeid());
    assertThat(held.slot).isNotNegative();
    assertThat(cache.journal).doesNotContain("drop " + held.nodeid());
  }

  @Test
  void whatWasNotUsedLatelyMakesRoom() throws InterruptedException {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 49; i++) {
      nodes.add(cached(1)); // the last finds 16 of 64 left
    }
    cache.awaitGracePeriod(); // the hand has been round once, so all are unused now
    int evicted = (int) cache.journal.stream().filter(line -> line.startsWith("drop")).count();
    assertThat(evicted).isEqualTo(32 - 15);
    cache.endGracePeriod();
    Node hot = nodes.get(evicted);
    Node warm = nodes.get(evicted + 1);
    cache.kernelLooksUp(hot.slot);
    assertThat(cache.slots().hold(warm)).as("its attributes are put again").isTrue();
    while (cache.slots().free() < 32) {
      Thread.onSpinWait();
    }
    cache.journal.clear();
    for (int i = 0; i < 17; i++) {
      nodes.add(cached(1));
    }
    cache.awaitGracePeriod();
    assertThat(cache.journal)
        .contains("drop " + nodes.get(evicted + 2).nodeid())
        .doesNotContain("drop " + hot.nodeid(), "drop " + warm.nodeid());
    cache.endGracePeriod();
  }

  @Test
  void aNodeThatTheKernelHoldsLosesItsSlotButNotItsCount() throws InterruptedException {
    Node first = cached(3);
    cache.kernelLooksUp(first.slot);
    for (int i = 0; i < 48; i++) {
      cached(1);
    }
    cache.awaitGracePeriod();
    cache.kernelLooksUp(first.slot); // by a handler that is late
    cache.endGracePeriod();
    while (first.slot >= 0) {
      Thread.onSpinWait();
    }
    assertThat(known(first)).isTrue();
    assertClean();
    registry.forget(first.nodeid(), 4);
    assertThat(known(first)).isTrue();
    registry.forget(first.nodeid(), 1);
    assertThat(awaitRemoval()).isEqualTo(first.nodeid());
  }

  @Test
  void theRootNeverDies() {
    Node root = new Node(NodeRegistry.ROOT_ID);
    registry.add(root);
    registry.forget(NodeRegistry.ROOT_ID, 1);
    registry.forget(NodeRegistry.ROOT_ID, Long.MAX_VALUE);
    assertThat(known(root)).isTrue();
    assertThat(cache.journal).isEmpty();
    assertThat(registry.newId()).isGreaterThan(NodeRegistry.ROOT_ID);
    assertClean();
  }

  @Test
  void theAuditNamesWhatDoesNotAddUp() {
    Node node = cached(1);
    registry.forget(node.nodeid(), 3);
    registry.forget(12345, 1);
    assertThat(registry.get(777)).isNull();
    assertThat(registry.audit().faults())
        .containsExactly(
            "FORGET of node " + node.nodeid() + ": its count is -2",
            "FORGET of node 12345, which the kernel had let go",
            "a request for node 777, which the kernel had let go",
            "node " + node.nodeid() + " is held -2 times");
  }

  @Test
  void theReclaimerEndsWithTheRegistry() throws InterruptedException {
    Node node = cached(1);
    registry.forget(node.nodeid(), 1);
    registry.reclaimIdle();
    cache.awaitGracePeriod();
    Thread closing = new Thread(registry::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // it waits for the reclaimer
    }
    cache.endGracePeriod();
    closing.join(10_000);
    assertThat(closing.isAlive()).isFalse();
  }
}
