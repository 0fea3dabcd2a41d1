// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.bench.Placement;

/**
 * What is compared: the tree itself, and mounts of it by several daemons at their best settings.
 */
enum Competitor {
  NATIVE("native", Kind.TREE, 0, ""),
  EXTFUSE("extfuse", Kind.EXTFUSE, 0, "--cache=required"),
  EXTFUSE_1H("extfuse-1h", Kind.EXTFUSE, Competitor.HOUR, "--cache=required"),
  FUSE("fuse", Kind.EXTFUSE, 0, "--cache=off"),
  FUSE_1S("fuse-1s", Kind.EXTFUSE, 1, "--cache=off"),
  FUSE_1H("fuse-1h", Kind.EXTFUSE, Competitor.HOUR, "--cache=off"),
  BINDFS("bindfs", Kind.BINDFS, 0, ""),
  BINDFS_1H("bindfs-1h", Kind.BINDFS, Competitor.HOUR, ""),
  MERGERFS("mergerfs", Kind.MERGERFS, 0, "cache.readdir=false"),
  MERGERFS_1H("mergerfs-1h", Kind.MERGERFS, Competitor.HOUR, "cache.readdir=true"),
  JNRFUSE("jnrfuse", Kind.JNRFUSE, 0, ""),
  JNRFUSE_1H("jnrfuse-1h", Kind.JNRFUSE, Competitor.HOUR, "");

  static final int HOUR = 3600;

  /** The program that serves it. */
  enum Kind {
    TREE,
    EXTFUSE,
    BINDFS,
    MERGERFS,
    JNRFUSE
  }

  final String label;
  final Kind kind;
  private final int timeout;
  private final String more;

  Competitor(String label, Kind kind, int timeout, String more) {
    this.label = label;
    this.kind = kind;
    this.timeout = timeout;
    this.more = more;
  }

  /** Arguments of the program that mounts; for jnr-fuse, one string of libfuse's options. */
  List<String> options() {
    String times = "attr_timeout=%1$d,entry_timeout=%1$d,negative_timeout=%1$d".formatted(timeout);
    return switch (kind) {
      case TREE -> List.of();
      case EXTFUSE -> {
        List<String> options = new ArrayList<>(Placement.best().mountOptions());
        options.add(more);
        options.add("--entry-timeout=" + timeout);
        options.add("--attr-timeout=" + timeout);
        options.add("--negative-timeout=" + timeout);
        yield options;
      }
      case BINDFS -> List.of("-f", "--multithreaded", "-o", "big_writes,auto_cache," + times);
      // One branch: whatever finds the first finds the only one. Inode numbers are the tree's.
      case MERGERFS ->
          List.of(
              "-f",
              "-o",
              ("allow_other,use_ino,minfreespace=0,inodecalc=passthrough,category.search=ff,category.create=ff,"
                      + "cache.files=auto-full,cache.attr=%1$d,cache.entry=%1$d,"
                      + "cache.negative_entry=%1$d,%2$s")
                  .formatted(timeout, more));
      case JNRFUSE ->
          List.of("use_ino,big_writes,auto_cache,default_permissions,allow_other," + times);
    };
  }

  /** How it was mounted, for the report. */
  String settings() {
    String options = String.join(" ", options());
    return switch (kind) {
      case TREE -> "the ext4 tree itself";
      case EXTFUSE -> "extfuse mount " + options;
      case BINDFS -> "bindfs " + options;
      case MERGERFS -> "mergerfs " + options;
      case JNRFUSE -> "a mirror in Java by jnr-fuse and libfuse 2, -o " + options;
    };
  }

  boolean cached() {
    return this == EXTFUSE || this == EXTFUSE_1H;
  }
}
