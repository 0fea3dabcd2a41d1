// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import ru.serce.jnrfuse.FuseFS;

/**
 * Where a file system whose content changes by itself says so. What changes through the mount needs
 * no word. A file system that never calls these is believed for the validity times ({@link
 * JnrFuseOptions#validity()}), one that always does may have long ones.
 *
 * <p>Paths are as in callbacks: absolute, of the mount's root. Call it on any thread, callbacks
 * included, after the content has changed; no lock is held when a call returns. From then on the
 * in-kernel maps do not tell what was before, nor does an answer that was on its way get into them;
 * the kernel's own caches are told by a thread of the adapter's shortly after. An unknown path is
 * no error: nothing of it is cached.
 */
public interface FuseCache {
  /** The cache of the mount that serves a file system; one that does nothing if there is none. */
  static FuseCache of(FuseFS fs) {
    return FuseCaches.of(fs);
  }

  /** The promise: a name that appeared, went away or became another file is told by this. */
  void invalidateEntry(String parentPath, String name);

  /** The promise: a file whose attributes or data changed, links included, is told by this. */
  void invalidateAttributes(String path);

  /** The promise: any number of changes at or below a path are told by this, once all are done. */
  void invalidateTree(String path);

  /** The promise: whatever changed anywhere, nothing from before this is believed. */
  void invalidateAll();
}
