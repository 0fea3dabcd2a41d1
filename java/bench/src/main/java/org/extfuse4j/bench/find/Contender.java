// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.util.List;

/** What is compared: the tree itself, and mounts of it that differ in who answers. */
public enum Contender {
  NATIVE("native", "off", 0),
  FUSE("fuse", "off", 0),
  FUSE_1S("fuse-1s", "off", 1),
  FUSE_1H("fuse-1h", "off", 3600),
  EXTFUSE("extfuse", "required", 0);

  final String label;
  private final String cache;
  private final int timeout;

  Contender(String label, String cache, int timeout) {
    this.label = label;
    this.cache = cache;
    this.timeout = timeout;
  }

  /** Options of {@code extfuse mount}. */
  public List<String> options() {
    return List.of(
        "--cache=" + cache,
        "--entry-timeout=" + timeout,
        "--attr-timeout=" + timeout,
        "--negative-timeout=" + timeout);
  }
}
