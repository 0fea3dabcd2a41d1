// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;

/** A kind of file system that a daemon serves. */
interface Backend extends AutoCloseable {
  /** What is shown as the source of the mount. */
  String source();

  /** The mount point, resolved and checked. */
  Path mountpoint(Path given);

  /** What in-kernel answers say of their own life time. */
  Validity inKernel();

  /** Whether what it tells is right until it is changed through the mount. */
  boolean lasts();

  /** Makes the file system. */
  FuseFileSystem open(MetadataCache cache, boolean cached);

  /** Options that only this kind of file system has. */
  default FuseMountOptions mountOptions(FuseMountOptions options) {
    return options;
  }

  /** Makes a session that is not started yet. */
  FuseSession session(FuseMount mount, FuseFileSystem served);

  /** Control commands of this kind, which take an argument. */
  default Map<String, Function<String, ?>> commands() {
    return Map.of();
  }

  /** Lets changes through from now on, also of what was mounted read-only. */
  default void writable() {}

  /** Whether the lookup counts add up. */
  Audit audit();

  /** Its nodes in numbers. */
  NodeCounts counts();

  /** Lets go of all nodes that the kernel has forgotten; after the cache was flushed. */
  void reclaimIdle();

  /** What was changed is on disk after that, if the kind has one: 0 or a negative errno. */
  default int sync() {
    return 0;
  }

  /** After the session has ended, before the cache does. */
  @Override
  void close();
}
