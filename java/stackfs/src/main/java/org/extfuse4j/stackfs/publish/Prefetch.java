// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.stackfs.node.StackNode;

/**
 * Whether READDIR should tell the cache what the names lead to that it lists. Who reads a directory
 * mostly looks its names up next, and each that the cache does not know is a request of its own;
 * but who does not, as ls without options, should not wait for it. So it is done as long as at
 * least one in {@link #SHARE} of those that were told was asked for, and again when as many are
 * asked for that were not.
 *
 * <p>Nothing but speed depends on it. Thread-safe.
 */
public final class Prefetch {
  private static final int SHARE = 8;

  /** Of so many names, those that were told last, it is known whether they were asked for. */
  private static final int SAMPLE = 512;

  private static final int ENOUGH = SAMPLE / 8;

  /** What is more than so many names is not read for each of them. */
  private static final int MOST = 4096;

  private final NodeRegistry<StackNode> registry;
  private final boolean possible;
  private final AtomicInteger asked = new AtomicInteger();

  // Guarded by this.
  private final StackNode[] sample = new StackNode[SAMPLE];
  private int sampled;
  private boolean on = true;
  private int populated;
  private int listed;

  /**
   * For the nodes of one mount.
   *
   * @param possible whether names can be published without opening them ({@link
   *     Publisher#populate})
   */
  public Prefetch(NodeRegistry<StackNode> registry, boolean possible) {
    this.registry = registry;
    this.possible = possible;
  }

  /**
   * Names are being listed.
   *
   * @param first whether they are the first of a directory
   * @return whether to {@link #populated publish} them
   */
  public synchronized boolean isWanted(boolean first) {
    if (first) {
      judge();
      populated = 0;
    }
    return possible && on && populated < MOST;
  }

  private void judge() {
    if (!on) {
      on = asked.get() > 0 && asked.get() >= listed / SHARE;
    } else if (sampled >= ENOUGH) {
      int size = Math.min(sampled, SAMPLE);
      long used = Arrays.stream(sample, 0, size).filter(registry::isAnswered).count();
      on = used >= size / SHARE;
    } else {
      return;
    }
    if (!on) {
      Arrays.fill(sample, null);
      sampled = 0;
    }
    listed = 0;
    asked.set(0);
  }

  /** Whether what is guessed would not take the place of what was asked for. */
  public boolean hasRoom() {
    NodeCounts counts = registry.counts();
    return counts.slots() < counts.slotCapacity() / 8 * 7;
  }

  /** The cache was told of a node. */
  public synchronized void populated(StackNode node) {
    sample[sampled++ % SAMPLE] = node;
    if (sampled == 2 * SAMPLE) {
      sampled = SAMPLE;
    }
    populated++;
  }

  /** A name was listed of which the cache was not told. */
  public synchronized void passedOver() {
    listed++;
  }

  /** A name was looked up that the cache did not know, and found. */
  public void asked() {
    asked.incrementAndGet();
  }
}
