// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of nodes, with a kernel that the test plays; the reclaimer is held by its gate. */
class NodeRegistryTest {
  private static final class Node extends CachedNode {
    Node(long nodeid) {
      super(nodeid);
    }
  }

  private final FakeCache cache = new FakeCache(8);
  private final NodeLocks locks = new NodeLocks();
  private final BlockingQueue<Long> removed = new LinkedBlockingQueue<>();
  private NodeRegistry<Node> registry = registry(cache, 0);

  private NodeRegistry<Node> registry(MetadataCache of, int maxIdle) {
    return new NodeRegistry<>(
        of,
        locks,
        maxIdle,
        node -> {
          assertThat(Thread.holdsLock(registry)).isTrue();
          removed.add(node.nodeid());
        });
  }

  @AfterEach
  void end() {
    registry.close();
    for (int i = 0; i < 10; i++) {
      cache.endGracePeriod();
    }
  }

  /** A node that a reply has handed out so often. */
  private Node node(int replies) {
    Node node = new Node(registry.newId());
    registry.add(node);
    for (int i = 0; i < replies; i++) {
      registry.retain(node);
    }
    return node;
  }

  private long awaitRemoval() throws InterruptedException {
    Long nodeid = removed.poll(10, TimeUnit.SECONDS);
    assertThat(nodeid).as("removed; the cache was asked for %s", cache.journal).isNotNull();
    registry.size(); // waits for the monitor: its slot is given back in the same section
    return nodeid;
  }

  private boolean known(Node node) {
    return registry.get(node.nodeid()) == node;
  }

  @Test
  void idsAreNeverUsedTwiceNorTheRoots() {
    registry = registry(MetadataCache.none(), 0);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Node node = node(1);
      ids.add(node.nodeid());
      registry.forget(node.nodeid(), 1);
    }
    assertThat(ids).doesNotHaveDuplicates().doesNotContain(0L, NodeRegistry.ROOT_ID);
    assertThat(registry.size()).isZero();
  }

  @Test
  void withoutACacheANodeDiesWithItsLastCount() {
    registry = registry(MetadataCache.none(), 1000);
    Node node = node(3);
    registry.forget(node.nodeid(), 2);
    assertThat(known(node)).isTrue();
    registry.forget(node.nodeid(), 1);
    assertThat(known(node)).isFalse();
    assertThat(removed).containsExactly(node.nodeid());
  }

  @Test
  void forgettingAnUnknownNodeIsNothing() {
    registry.forget(12345, 1);
    assertThat(registry.size()).isZero();
    assertThat(removed).isEmpty();
  }

  @Test
  void theKernelsOwnLookupsCount() throws InterruptedException {
    Node node = node(1);
    cache.kernelLooksUp(node.slot);
    cache.kernelLooksUp(node.slot);
    registry.forget(node.nodeid(), 1);
    registry.forget(node.nodeid(), 1);
    assertThat(cache.gracePeriodBegun()).isFalse();
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
  }

  @Test
  void oneForgetReturnsRepliesAndInKernelAnswers() throws InterruptedException {
    Node node = node(2);
    for (int i = 0; i < 5; i++) {
      cache.kernelLooksUp(node.slot);
    }
    registry.forget(node.nodeid(), 7);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
  }

  @Test
  void aForgottenNodeStaysWithinTheBudget() throws InterruptedException {
    registry = registry(cache, 2);
    List<Node> nodes = List.of(node(1), node(1), node(1));
    registry.forget(nodes.get(0).nodeid(), 1);
    registry.forget(nodes.get(1).nodeid(), 1);
    assertThat(cache.journal).isEmpty();
    assertThat(registry.size()).isEqualTo(3);
    registry.forget(nodes.get(2).nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    awaitRemoval();
  }

  @Test
  void aNodeDiesOnlyAfterItsAttributesAndAGracePeriod() throws InterruptedException {
    Node node = node(1);
    int slot = node.slot;
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    assertThat(cache.journal).containsExactly("drop " + node.nodeid(), "grace");
    assertThat(known(node)).isTrue();
    assertThat(node.dying).as("takes no attributes").isTrue();
    assertThat(removed).isEmpty();
    cache.endGracePeriod();
    awaitRemoval();
    assertThat(known(node)).isFalse();
    assertThat(cache.journal).containsExactly("drop " + node.nodeid(), "grace", "release " + slot);
    assertThat(node.slot).isEqualTo(-1);
  }

  @Test
  void aSlotIsUsedAgainOnlyAfterTheGracePeriod() throws InterruptedException {
    Node node = node(1);
    int slot = node.slot;
    cache.kernelLooksUp(slot);
    registry.forget(node.nodeid(), 2);
    cache.awaitGracePeriod();
    List<Integer> meanwhile = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      meanwhile.add(node(1).slot);
    }
    assertThat(meanwhile).doesNotContain(slot).contains(-1);
    cache.endGracePeriod();
    awaitRemoval();
    Node next = node(1);
    assertThat(next.slot).isEqualTo(slot);
    assertThat(cache.lookups(slot)).as("counts start at zero").isZero();
  }

  @Test
  void aReplyDuringTheGracePeriodKeepsTheNode() throws InterruptedException {
    Node node = node(1);
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    registry.retain(node);
    letAnotherDie();
    assertThat(known(node)).isTrue();
    assertThat(removed).doesNotContain(node.nodeid());
    locks.lock(node.nodeid());
    assertThat(node.dying).as("takes attributes again").isFalse();
    locks.unlock(node.nodeid());
    // And it can still die.
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
  }

  @Test
  void anInKernelAnswerDuringTheGracePeriodKeepsTheNode() throws InterruptedException {
    Node node = node(1);
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.kernelLooksUp(node.slot); // by a handler that had found the attributes before
    letAnotherDie();
    assertThat(known(node)).isTrue();
    assertThat(removed).doesNotContain(node.nodeid());
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(node.nodeid());
  }

  /**
   * Ends the grace period and sees another node die: the reclaimer is done with the first batch.
   */
  private void letAnotherDie() throws InterruptedException {
    Node other = node(1);
    registry.forget(other.nodeid(), 1);
    cache.endGracePeriod();
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(other.nodeid());
  }

  @Test
  void aNodeForgottenOnceMoreDuringItsGracePeriodDiesOnce() throws InterruptedException {
    Node node = node(1);
    int slot = node.slot;
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    registry.retain(node);
    registry.forget(node.nodeid(), 1); // queued again
    cache.endGracePeriod();
    cache.awaitGracePeriod(); // for the second time
    cache.endGracePeriod();
    letAnotherDieAfterwards();
    assertThat(removed).isEmpty();
    assertThat(cache.journal.stream().filter(("release " + slot)::equals).count())
        .as("releases of its slot: once it and once the other that took it over")
        .isEqualTo(2);
    assertThat(registry.size()).isZero();
  }

  private void letAnotherDieAfterwards() throws InterruptedException {
    awaitRemoval();
    Node other = node(1);
    registry.forget(other.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(other.nodeid());
  }

  @Test
  void aNodeThatIsLookedUpAgainWhileIdleIsNotReclaimed() throws InterruptedException {
    registry = registry(cache, 1);
    Node back = node(1);
    registry.forget(back.nodeid(), 1);
    registry.retain(back);
    Node other = node(1);
    registry.forget(other.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(awaitRemoval()).isEqualTo(other.nodeid());
    assertThat(known(back)).isTrue();
    assertThat(cache.journal).doesNotContain("drop " + back.nodeid());
    // Its next FORGET counts it as idle again.
    registry.forget(back.nodeid(), 1);
    Node third = node(1);
    registry.forget(third.nodeid(), 1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    assertThat(List.of(awaitRemoval(), awaitRemoval()))
        .containsExactlyInAnyOrder(back.nodeid(), third.nodeid());
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
  }

  @Test
  void aNodeWithoutASlotDiesAtOnce() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      nodes.add(node(1));
    }
    Node without = nodes.get(8);
    assertThat(without.slot).isEqualTo(-1);
    registry.forget(without.nodeid(), 1);
    assertThat(removed).containsExactly(without.nodeid());
    assertThat(cache.journal).isEmpty();
  }

  @Test
  void aNewNodeThatFindsNoSlotMakesRoomForTheNext() throws InterruptedException {
    registry = registry(cache, 1000);
    for (int i = 0; i < 8; i++) {
      Node idle = node(1);
      registry.forget(idle.nodeid(), 1);
    }
    assertThat(cache.journal).isEmpty();
    assertThat(node(1).slot).isEqualTo(-1);
    cache.awaitGracePeriod();
    cache.endGracePeriod();
    awaitRemoval();
    assertThat(node(1).slot).isNotNegative();
  }

  @Test
  void theReclaimerEndsWithTheRegistry() throws InterruptedException {
    Node node = node(1);
    registry.forget(node.nodeid(), 1);
    cache.awaitGracePeriod();
    Thread reclaimer =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("extfuse-reclaim"))
            .filter(thread -> blockedIn(thread, "FakeCache"))
            .findFirst()
            .orElseThrow();
    registry.close();
    cache.endGracePeriod();
    reclaimer.join(10_000);
    assertThat(reclaimer.isAlive()).isFalse();
  }

  private static boolean blockedIn(Thread thread, String name) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getClassName().endsWith(name)) {
        return true;
      }
    }
    return false;
  }
}
