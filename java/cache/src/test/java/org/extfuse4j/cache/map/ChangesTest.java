// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.extfuse4j.cache.MadeMaps;
import org.extfuse4j.cache.node.CachedNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written to the maps raises the number of changes, but for what is new in them. */
class ChangesTest {
  private static final int ROOM = 64;
  private static final NodeAttr ONE =
      new NodeAttr(11, 4096, 8, 1, 2, 3, 4, 5, 6, 0100644, 1, 0, 7, 0, 12);
  private static final NodeAttr OTHER =
      new NodeAttr(11, 4097, 8, 1, 2, 3, 4, 5, 6, 0100644, 1, 0, 7, 0, 12);

  private final MadeMaps maps =
      new MadeMaps(Path.of("/sys/fs/bpf/extfuse4j-changes-" + ProcessHandle.current().pid()), ROOM);

  @AfterEach
  void end() {
    maps.close();
  }

  private boolean raises(Runnable action) {
    long before = maps.changes();
    action.run();
    return maps.changes() != before;
  }

  private boolean fills(String name, long child) {
    return raises(() -> maps.fill(1, name, child));
  }

  @Test
  void whatIsNewRaisesNothing() {
    assertThat(fills("a", 2)).isFalse();
    assertThat(fills("b".repeat(100), 3)).isFalse();
    assertThat(fills("none", 0)).isFalse();
    assertThat(raises(() -> maps.attr(maps.node(2), ONE))).isFalse();
  }

  @Test
  void whatIsThereAlreadyRaisesNothing() {
    maps.fill(1, "a", 2);
    assertThat(fills("a", 2)).isFalse();
  }

  @Test
  void whatIsOtherwiseRaises() {
    maps.fill(1, "a", 2);
    assertThat(fills("a", 3)).isTrue();
    assertThat(fills("a", 0)).isTrue();
    maps.mark(1, "a");
    assertThat(fills("a", 0)).as("marked before").isTrue();
    maps.flush();
    assertThat(fills("a", 0)).as("of an old epoch before").isTrue();
  }

  @Test
  void putAndDropRaise() {
    assertThat(raises(() -> maps.entry(1, "a", 2))).as("put").isTrue();
    assertThat(raises(() -> maps.drop(1, "a"))).as("drop").isTrue();
    assertThat(raises(() -> maps.drop(1, "a"))).as("drop of what may be evicted").isTrue();
  }

  @Test
  void attributesThatAreReplacedOrGoRaise() {
    CachedNode node = maps.node(2);
    assertThat(raises(() -> maps.attr(node, ONE))).as("new").isFalse();
    assertThat(raises(() -> maps.attr(node, ONE))).as("the same").isFalse();
    assertThat(raises(() -> maps.attr(node, OTHER))).as("replaced").isTrue();
    assertThat(raises(() -> maps.withheld(node))).as("withheld").isTrue();
    assertThat(raises(() -> maps.drop(node))).as("dropped").isTrue();
    assertThat(raises(() -> maps.drop(node))).as("dropped again").isFalse();
    assertThat(raises(() -> maps.attr(node, ONE))).as("new again").isFalse();
  }

  @Test
  void evictionRaises() {
    boolean raised = false;
    for (int i = 0; i < 3 * ROOM; i++) {
      raised |= fills("f" + i, 2);
    }
    assertThat(raised).isTrue();
  }

  @Test
  void aFlushAndTheSwitchRaise() {
    assertThat(raises(maps::flush)).isTrue();
    assertThat(raises(() -> maps.enable(false))).isTrue();
    assertThat(raises(() -> maps.enable(true))).isTrue();
  }
}
