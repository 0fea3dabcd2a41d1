// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;

/**
 * The one place where values with an expiry go into the cache.
 *
 * <p>The expiry is absolute, in nanoseconds of CLOCK_MONOTONIC.
 */
final class Expiry {
  private Expiry() {}

  @SuppressWarnings("unused") // the maps have the field; the cache does not take it yet
  static void putEntry(
      MetadataCache cache,
      long parent,
      ByteBuffer name,
      int offset,
      int length,
      long child,
      int epoch,
      long expiresNs) {
    cache.putEntry(parent, name, offset, length, child, epoch);
  }

  @SuppressWarnings("unused")
  static void putAttr(
      MetadataCache cache, PathNode node, ByteBuffer attr, int offset, int epoch, long expiresNs) {
    cache.putAttr(node, attr, offset, epoch);
  }
}
