// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The options that the running kernel was built with, where they can be found. */
final class KernelConfig {
  /** What the in-kernel half needs. */
  static final List<String> NEEDED = List.of("FUSE_FS", "BPF_SYSCALL", "EXTFUSE");

  private static final Path OWN = Path.of("/proc/config.gz");

  private KernelConfig() {}

  /** The text; empty if the kernel does not carry it and no package has left it. */
  static Optional<String> read() {
    try {
      if (Files.isReadable(OWN)) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(OWN))) {
          return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
      String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
      Path installed = Path.of("/boot/config-" + release);
      return Files.isReadable(installed)
          ? Optional.of(Files.readString(installed))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Those of the needed options that are not set, with CONFIG_ before them. */
  static List<String> missing(String config) {
    List<String> missing = new ArrayList<>();
    for (String option : NEEDED) {
      String name = "CONFIG_" + option;
      if (config.lines().noneMatch(l -> l.equals(name + "=y") || l.equals(name + "=m"))) {
        missing.add(name);
      }
    }
    return missing;
  }
}
