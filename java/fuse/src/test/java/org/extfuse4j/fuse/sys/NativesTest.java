// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.extfuse4j.fuse.Child;
import org.extfuse4j.fuse.FuseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
  /** Says what {@link Natives#require} says. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try {
        Natives.require();
        System.out.print("linked");
      } catch (FuseException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  @Test
  void bothAreLinked() throws Exception {
    assertThat(run(System.getProperty("java.class.path"))).isEqualTo("linked");
  }

  // As on a processor that the jar was not built for.
  @Test
  void aMissingOneIsOneLine(@TempDir Path others) throws Exception {
    Path own = classes();
    copyWithout(own, others, ".so");
    String path = System.getProperty("java.class.path").replace(own.toString(), others.toString());
    assertThat(run(path))
        .startsWith("cannot load /org/extfuse4j/fuse/libsyscalls-")
        .hasLineCount(1);
  }

  private static Path classes() throws URISyntaxException {
    return Path.of(Natives.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void copyWithout(Path from, Path to, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.filter(p -> !p.equals(from) && !p.toString().endsWith(ending)).toList()) {
        Files.copy(one, to.resolve(from.relativize(one).toString()));
      }
    }
  }

  private static String run(String classPath) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Child.run(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, Program.class.getName())
        .succeeds();
  }
}
