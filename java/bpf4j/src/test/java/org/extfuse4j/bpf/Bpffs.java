// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory of its own on /sys/fs/bpf for a test, removed with what is pinned in it. */
final class Bpffs implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/bpf");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path directory;

  Bpffs() {
    try {
      if (!Files.getFileStore(ROOT).type().equals("bpf")) {
        TestObjects.run(List.of("mount", "-t", "bpf", "bpf", ROOT.toString()));
      }
      long pid = ProcessHandle.current().pid();
      directory = ROOT.resolve("bpf4j-test-" + pid + "-" + COUNT.incrementAndGet());
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    try (var pins = Files.list(directory)) {
      for (Path pin : pins.toList()) {
        Files.delete(pin);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
