// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import org.extfuse4j.cache.MetadataCache;

/** A cache with a mistake, on top of one without. */
abstract class Mistaken extends Forwarding {
  private final MetadataCache right;

  Mistaken(MetadataCache right) {
    this.right = right;
  }

  @Override
  final MetadataCache right() {
    return right;
  }
}
