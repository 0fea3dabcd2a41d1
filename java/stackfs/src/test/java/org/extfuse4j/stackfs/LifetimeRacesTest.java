// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.cache.MetadataCache;

/** On this machine's kernel, without the cache. */
class LifetimeRacesTest extends LifetimeRaces {
  @Override
  MetadataCache cache() {
    return MetadataCache.none();
  }
}
