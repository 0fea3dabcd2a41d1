// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.util.IdentityHashMap;
import ru.serce.jnrfuse.FuseFS;

/** The caches of the file systems that are mounted. */
public final class FuseCaches {
  private static final IdentityHashMap<FuseFS, FuseCache> MOUNTED = new IdentityHashMap<>();

  private static final FuseCache NONE =
      new FuseCache() {
        @Override
        public void invalidateEntry(String parentPath, String name) {}

        @Override
        public void invalidateAttributes(String path) {}

        @Override
        public void invalidateTree(String path) {}

        @Override
        public void invalidateAll() {}
      };

  private FuseCaches() {}

  static FuseCache of(FuseFS fs) {
    synchronized (MOUNTED) {
      return MOUNTED.getOrDefault(fs, NONE);
    }
  }

  public static void add(FuseFS fs, FuseCache cache) {
    synchronized (MOUNTED) {
      MOUNTED.put(fs, cache);
    }
  }

  public static void remove(FuseFS fs, FuseCache cache) {
    synchronized (MOUNTED) {
      MOUNTED.remove(fs, cache);
    }
  }
}
