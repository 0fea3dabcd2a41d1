// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Tag;

/** With the cache. */
@Tag("vm")
class LifetimeRacesVmTest extends LifetimeRaces {
  @Override
  MetadataCache cache() {
    return ExtFuseCache.load(new CacheOptions(1 << 14, Validity.NONE, true));
  }
}
