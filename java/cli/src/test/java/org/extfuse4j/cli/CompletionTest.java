// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What bash offers, with the script that the command prints. */
class CompletionTest {
  private static final String ASK =
      """
      set -u
      source "$1"
      shift
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      COMP_TYPE=9
      COMPREPLY=()
      compopt() { :; } # is for bash itself to call
      complete -p extfuse >/dev/null || exit 3
      _complete_extfuse
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir Path dir;

  private Path script() throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, false, UTF_8));
    try {
      assertThat(Main.run("completion", "bash")).isZero();
    } finally {
      System.setOut(before);
    }
    return Files.writeString(dir.resolve("extfuse"), out.toString(UTF_8));
  }

  private static List<String> offered(Path script, String... words) {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", ASK, "bash", script.toString(), "extfuse"));
    command.addAll(List.of(words));
    Cli.Result result = Cli.run(command, Map.of());
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out().lines().map(String::strip).toList();
  }

  @Test
  void words() throws IOException {
    Path script = script();
    assertThat(offered(script, "tr")).containsExactly("trace");
    assertThat(offered(script, "map", "f")).containsExactlyInAnyOrder("find", "flush");
    assertThat(offered(script, "trace", "--s")).containsExactlyInAnyOrder("--seconds", "--summary");
    assertThat(offered(script, "completion", "")).contains("bash");
    assertThat(offered(script, "map", "ls", "--n")).containsExactly("--no-header");
    assertThat(offered(script, "zz")).containsExactly("");
  }

  @Test
  void everyCommandAndOption() throws IOException {
    Path script = script();
    AtomicInteger options = new AtomicInteger();
    walk(Main.commandLine(), new ArrayList<>(), script, options);
    assertThat(options).hasValueGreaterThan(50);
  }

  private static void walk(
      CommandLine command, List<String> path, Path script, AtomicInteger options) {
    CommandSpec spec = command.getCommandSpec();
    List<String> commands = new ArrayList<>(path);
    commands.add("");
    if (!command.getSubcommands().isEmpty()) {
      assertThat(offered(script, commands.toArray(String[]::new)))
          .as("%s", path)
          .containsAll(command.getSubcommands().keySet());
    }
    commands.set(path.size(), "-");
    List<String> offered = offered(script, commands.toArray(String[]::new));
    for (OptionSpec option : spec.options()) {
      assertThat(offered).as("%s", path).contains(option.names());
      options.incrementAndGet();
    }
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> below = new ArrayList<>(path);
              below.add(name);
              walk(sub, below, script, options);
            });
  }
}
