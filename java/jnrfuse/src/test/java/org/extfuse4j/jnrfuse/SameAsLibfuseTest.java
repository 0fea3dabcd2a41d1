// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file system gives the same results whether libfuse serves it (package libfuse2) or the adapter:
 * the transcripts of one scenario are compared line by line.
 */
class SameAsLibfuseTest {
  @ParameterizedTest
  @Timeout(240)
  @CsvSource({
    "ru.serce.jnrfuse.examples.HelloFuse, ''",
    "ru.serce.jnrfuse.examples.MemoryFS, ''",
    "ru.serce.jnrfuse.examples.MemoryFS, hard_remove",
    "org.extfuse4j.jnrfuse.FullFs, ''",
    "org.extfuse4j.jnrfuse.FullFs, 'use_ino,default_permissions,attr_timeout=0,entry_timeout=0'",
  })
  void scenario(String fs, String options) throws Exception {
    String reference;
    Path there = Mounts.newMountPoint();
    try (Program program = Program.withLibfuse(fs, there, options)) {
      reference = scenario(program.mountPoint());
    }
    Path here = Mounts.newMountPoint();
    String own;
    try (Program program = Program.withAdapter(fs, here, options)) {
      own = scenario(program.mountPoint());
    }
    Path file = Files.createDirectories(Path.of("target", "transcripts"));
    String name = fs + (options.isEmpty() ? "" : "-" + options.replaceAll("\\W", "_"));
    Files.writeString(file.resolve(name + ".libfuse"), reference);
    Files.writeString(file.resolve(name + ".adapter"), own);
    assertThat(reference).hasLineCount(own.split("\n", -1).length - 1).contains("unlink missing");
    assertThat(own).isEqualTo(reference);
  }

  static String scenario(Path mount) throws Exception {
    Path script = Path.of(SameAsLibfuseTest.class.getResource("/scenario.pl").toURI());
    return Mounts.run("perl", script.toString(), mount.toString());
  }
}
