// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cache fails while a node is locked: its lock is free afterwards, and no change goes on. */
@Timeout(30)
class FreshnessTest {
  private final NodeLocks locks = new NodeLocks();
  private final MetadataCache broken =
      (MetadataCache)
          Proxy.newProxyInstance(
              MetadataCache.class.getClassLoader(),
              new Class<?>[] {MetadataCache.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "active" -> true;
                    case "epoch" -> 1;
                    default -> throw new IllegalStateException("on purpose");
                  });
  private final Freshness fresh = new Freshness(broken, locks, new Validity(1, 1, 1));
  private final PathNode node = new PathNode(5, null, "");
  private final Call c = Call.current();

  @Test
  void locksAreReleased() throws InterruptedException {
    List<Runnable> all =
        List.of(
            () -> fresh.writers(node, 1),
            () -> fresh.linked(node),
            () -> fresh.invalidate(node),
            () -> fresh.invalidate(node, new byte[] {'x'}),
            () -> fresh.end(begin(), null, -1),
            () -> fresh.end(begin(), Request.allocate(64), 0),
            () -> fresh.endRename(begin(), Request.allocate(64), 0, 0),
            () -> fresh.endCreate(c, begin(), Request.allocate(64), 0, node),
            () -> fresh.endWithAttr(c, begin(), null, 0));
    for (Runnable each : all) {
      assertThatThrownBy(each::run).isInstanceOf(RuntimeException.class);
      assertThat(node.changing).as("changes under way").isZero();
      Thread other =
          new Thread(
              () -> {
                locks.lock(node.nodeid());
                locks.unlock(node.nodeid());
              });
      other.setDaemon(true);
      other.start();
      other.join(5_000);
      assertThat(other.isAlive()).as("waits for the lock").isFalse();
    }
  }

  private Change begin() {
    return fresh.begin(c, node, null, null, null);
  }
}
