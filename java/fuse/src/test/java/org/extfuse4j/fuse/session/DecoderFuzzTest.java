// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets the fuzzer look for a message that the decoder mishandles, guided by the code that it
 * reaches: for some seconds, with {@code -Dextfuse4j.long=true} for ten minutes, or for those of
 * {@code -Dfuzz.seconds}.
 */
class DecoderFuzzTest {
  private static final int SECONDS =
      Integer.getInteger("fuzz.seconds", Boolean.getBoolean("extfuse4j.long") ? 600 : 6);

  @TempDir Path folder;

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void noMessageIsReadBeyondItsEnd() throws Exception {
    String output = fuzz(DecoderFuzzer.class);
    assertThat(output).doesNotContain("== Java Exception").contains("Done ");
    // It got past the checks: the first messages alone reach a few dozen edges.
    assertThat(output).containsPattern("cov: [1-9]\\d\\d");
  }

  private String fuzz(Class<?> target) throws Exception {
    Path seeds = folder.resolve("seeds");
    DecoderFuzzer.writeSeeds(seeds);
    Path log = folder.resolve("log");
    int status =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "com.code_intelligence.jazzer.Jazzer",
                    "--target_class=" + target.getName(),
                    "--instrumentation_includes=org.extfuse4j.fuse.**",
                    "-max_total_time=" + SECONDS,
                    "-max_len=1024",
                    seeds.toString()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(new File("/dev/null"))
            .start()
            .waitFor();
    String output = Files.readString(log, UTF_8);
    assertThat(status).as("%s", output).isZero();
    return output;
  }
}
