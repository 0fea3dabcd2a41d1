// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a BPF fd or an opened object file behind. */
public final class FdLeakCheck implements BeforeEachCallback, AfterEachCallback {
  private List<String> before;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    before = bpfFds();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    assertThat(bpfFds()).as("BPF fds after the test").isEqualTo(before);
  }

  /**
   * Maps, programs, BTF ("anon_inode:bpf-map", "anon_inode:btf") and object files of this process.
   */
  static List<String> bpfFds() throws IOException {
    List<String> found = new ArrayList<>();
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : fds.toList()) {
        String target = target(fd);
        if (target.startsWith("anon_inode:b") || target.endsWith(".o")) {
          found.add(fd.getFileName() + " " + target);
        }
      }
    }
    found.sort(null);
    return found;
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return ""; // the listing's own fd
    }
  }
}
