// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Programs that tests run to their end. */
public final class Commands {
  private Commands() {}

  /** Runs a command that must succeed; returns what it printed. */
  public static String run(String... command) throws IOException, InterruptedException {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  /** What a command prints that may fail. */
  static String output(String... command) throws IOException, InterruptedException {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }

  private static Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /**
   * What C makes of integer expressions.
   *
   * @param dir for the program
   * @param head what comes before main()
   * @param options for the compiler, such as -I
   */
  public static Map<String, Long> evaluate(
      Path dir, String head, Iterable<String> expressions, String... options) throws Exception {
    StringBuilder c = new StringBuilder(head).append("\n#include <stddef.h>\n#include <stdio.h>\n");
    c.append("int main(void) {\n");
    for (String expression : expressions) {
      c.append("  printf(\"%s=%lld\\n\", \"").append(expression).append("\", (long long)(");
      c.append(expression).append("));\n");
    }
    Path binary = compile(dir, c.append("  return 0;\n}\n").toString(), options);
    Map<String, Long> values = new TreeMap<>();
    for (String line : run(binary.toString()).lines().toList()) {
      int equals = line.lastIndexOf('=');
      values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
    }
    return values;
  }

  /** Compiles a C program; returns the executable. */
  public static Path compile(Path dir, String program, String... options) throws Exception {
    Path source = Files.writeString(Files.createTempFile(dir, "test", ".c"), program);
    Path binary = Path.of(source.toString().replaceFirst("\\.c$", ""));
    List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Werror"));
    command.addAll(List.of("-Wno-unused-function", "-Wno-unknown-pragmas"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", binary.toString(), source.toString()));
    run(command.toArray(String[]::new));
    return binary;
  }
}
