// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.util.List;

/** A way to serve a file system that was written for jnr-fuse. */
enum JnrFuseContender {
  /** jnr-fuse itself with libfuse 2; the kernel asks every time. */
  LIBFUSE("jnr-fuse", "attr_timeout=0,entry_timeout=0,default_permissions,allow_other"),
  /** The same as people run it: the kernel believes an answer for a second. */
  LIBFUSE_1S("jnr-fuse-1s", "attr_timeout=1,entry_timeout=1,default_permissions,allow_other"),
  /** The adapter without the in-kernel cache; the kernel asks every time. */
  ADAPTER("adapter", "--cache=off --attr-timeout=0 --entry-timeout=0"),
  ADAPTER_1S("adapter-1s", "--cache=off --attr-timeout=1 --entry-timeout=1"),
  /**
   * The adapter with the in-kernel cache, for a file system that says what changes behind the
   * mount's back.
   */
  CACHED(
      "adapter-cache",
      "--cache=required --attr-timeout=3600 --entry-timeout=3600 --negative-timeout=3600");

  final String label;
  private final String options;

  JnrFuseContender(String label, String options) {
    this.label = label;
    this.options = options;
  }

  /** Arguments of {@code extfuse mount}, of a contender's own; or one string, those of libfuse. */
  List<String> options() {
    return List.of(options.split(" ", -1));
  }

  boolean isLibfuse() {
    return this == LIBFUSE || this == LIBFUSE_1S;
  }

  /** What it is compared with: libfuse with the same timeouts. */
  JnrFuseContender reference() {
    return this == LIBFUSE_1S || this == ADAPTER_1S ? LIBFUSE_1S : LIBFUSE;
  }
}
