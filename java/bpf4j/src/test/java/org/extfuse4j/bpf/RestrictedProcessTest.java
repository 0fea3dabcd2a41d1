// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.junit.jupiter.api.Test;

/**
 * Runs {@link ChildMain} where something is missing; twice in one JVM, for the second try differs.
 */
class RestrictedProcessTest {
  /** Still user 0, so that it can read the class path, but without one capability. */
  private static final List<String> WITHOUT_CAPABILITIES =
      List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");

  private static List<String> lines(List<String> prefix, String argument) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ChildMain.class.getName());
    command.add(argument);
    TestObjects.Output output = TestObjects.capture(command);
    assertThat(output.exit()).as(output.text()).isZero();
    assertThat(output.text()).doesNotContain("NoClassDefFoundError").doesNotContain("\tat ");
    return output.text().lines().filter(line -> line.startsWith("Bpf")).toList();
  }

  @Test
  void withoutCapabilitiesTheMessageSaysWhatIsNeeded() {
    assertThat(lines(WITHOUT_CAPABILITIES, "create"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("BpfException: create map 'mine': EPERM")
                    .contains("needs root or CAP_BPF"));
    assertThat(lines(WITHOUT_CAPABILITIES, "basic"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("BpfException: load BPF object basic: EPERM")
                    .contains("(operation not permitted): needs root or CAP_BPF"));
  }

  @Test
  void withoutLibbpfEveryTrySaysWhatToInstall() throws IOException {
    String hide = "mount --bind /dev/null " + libbpf() + " && exec \"$@\"";
    assertThat(lines(List.of("unshare", "--mount", "sh", "-c", hide, "sh"), "create"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("BpfUnavailableException: libbpf.so.1 not found: install libbpf1")
                    .endsWith("file too short"));
  }

  /** The file that the loader maps for libbpf.so.1, from this process's own memory map. */
  private static String libbpf() throws IOException {
    LibBpf.require();
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("/libbpf.so.1"))
        .map(line -> line.substring(line.indexOf('/')))
        .findFirst()
        .orElseThrow();
  }
}
