// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import java.util.ArrayDeque;
import org.extfuse4j.cache.node.NodeRegistry;

/**
 * The option remember: what the kernel has forgotten is forgotten later, so that a nodeid which a
 * file server has given to its clients stays good. What is due is forgotten with the next that the
 * kernel forgets. Thread-safe.
 */
public final class Remembered {
  private record Forgotten(long nodeid, long nlookup, long atNs) {}

  private final NodeRegistry<PathNode> registry;
  private final long keepNs;
  // Guarded by this.
  private final ArrayDeque<Forgotten> later = new ArrayDeque<>();

  /**
   * Remembers nothing yet.
   *
   * @param keepNs how long; Long.MAX_VALUE is for ever
   */
  public Remembered(NodeRegistry<PathNode> registry, long keepNs) {
    this.registry = registry;
    this.keepNs = keepNs;
  }

  public synchronized void forget(long nodeid, long nlookup) {
    if (keepNs == Long.MAX_VALUE) {
      return;
    }
    long now = System.nanoTime();
    later.add(new Forgotten(nodeid, nlookup, now));
    for (Forgotten first = later.peek();
        first != null && now - first.atNs() >= keepNs;
        first = later.peek()) {
      registry.forget(first.nodeid(), first.nlookup());
      later.remove();
    }
  }
}
