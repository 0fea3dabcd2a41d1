// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

import java.nio.file.Path;
import java.util.List;

/** A program that runs in the root of a mount; its output must be the same on all of them. */
enum Workload {
  /** A traversal: reads every directory, asks for the attributes of every file. */
  FIND("find") {
    @Override
    List<String> command(Path names) {
      return List.of("find", ".", "-type", "f", "-size", "+1k");
    }
  },

  /** Attributes of names in random order, each by its whole path; what a build or a VCS does. */
  STAT("stat") {
    @Override
    List<String> command(Path names) {
      // As few processes as the kernel's limit for arguments allows.
      return List.of(
          "xargs", "-0", "-s", "1000000", "-a", names.toString(), "stat", "-c", FIELDS, "--");
    }
  };

  /** All but device number and access time, which may differ between mounts. */
  private static final String FIELDS = "%n %i %f %s %b %h %u %g %Y %Z";

  final String label;

  Workload(String label) {
    this.label = label;
  }

  /**
   * @param names a file of names, each with a NUL behind it
   */
  abstract List<String> command(Path names);
}
