// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.FuseFileSystem;

/**
 * What stands between the parts of a daemon for tests, which have it make mistakes. It is found on
 * the class path ({@link ServiceLoader}), where what is shipped has none.
 */
public interface DaemonHook {
  /** The cache that the file system is given; called before {@link #fileSystem}. */
  MetadataCache cache(MetadataCache right);

  /** The file system that is served. */
  FuseFileSystem fileSystem(FuseFileSystem right);

  /** Further commands of the control socket. */
  Map<String, Supplier<?>> commands();

  /** The one on the class path, or one that does nothing. */
  static DaemonHook find() {
    return ServiceLoader.load(DaemonHook.class)
        .findFirst()
        .orElse(
            new DaemonHook() {
              @Override
              public MetadataCache cache(MetadataCache right) {
                return right;
              }

              @Override
              public FuseFileSystem fileSystem(FuseFileSystem right) {
                return right;
              }

              @Override
              public Map<String, Supplier<?>> commands() {
                return Map.of();
              }
            });
  }
}
