// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.nio.file.Path;
import java.util.List;

/** A program that runs in the root of a mount; its output must be the same on all of them. */
public enum Workload {
  /** A traversal: reads every directory, asks for the attributes of every file. */
  FIND("find") {
    @Override
    public List<String> command(String directory, Path names) {
      return List.of("find", directory, "-type", "f", "-size", "+1k");
    }
  },

  /** Attributes of names in random order, each by its whole path; what a build or a VCS does. */
  STAT("stat") {
    @Override
    public List<String> command(String directory, Path names) {
      return List.of("perl", "-0ne", LSTAT, names.toString());
    }
  };

  // One process, and one that does little else: stat(1) takes twice as long for its formats as the
  // system call does. All fields but device number and access time, which may differ between
  // mounts.
  private static final String LSTAT =
      "chomp; my @s = lstat($_) or die \"$_: $!\\n\"; print \"$_ @s[1..5,7,9,10,12]\\n\"";

  public final String label;

  Workload(String label) {
    this.label = label;
  }

  /**
   * The program and its arguments.
   *
   * @param directory where a traversal starts
   * @param names a file of names to stat, each with a NUL behind it
   */
  public abstract List<String> command(String directory, Path names);
}
