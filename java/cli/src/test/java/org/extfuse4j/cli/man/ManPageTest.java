// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The pages as groff(1) shows them. */
class ManPageTest {
  @TempDir Path dir;

  private static String shown(Path page) throws IOException, InterruptedException {
    List<String> command = List.of("groff", "-man", "-Tascii", "-P-cbou", "-ww", page.toString());
    Process process = new ProcessBuilder(command).start();
    try (InputStream out = process.getInputStream();
        InputStream err = process.getErrorStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(new String(err.readAllBytes(), StandardCharsets.UTF_8)).as("%s", page).isEmpty();
      assertThat(process.waitFor()).isZero();
      return text;
    }
  }

  @Test
  void everyCommandAndOptionHasItsPlace() throws Exception {
    ManCommand man = new ManCommand();
    man.directory = dir.resolve("man1");
    assertThat(man.call()).isZero();

    List<CommandLine> commands = ManPage.commands(Main.commandLine());
    assertThat(commands).hasSizeGreaterThan(15);
    for (CommandLine command : commands) {
      String page = shown(dir.resolve("man1").resolve(ManPage.name(command) + ".1"));
      assertThat(page).contains("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS");
      assertThat(page).contains(command.getCommandSpec().qualifiedName(" "));
      assertThat(page).doesNotContain("${", "%%", "@|");
      for (OptionSpec option : command.getCommandSpec().options()) {
        assertThat(page).contains(option.names());
      }
      for (CommandLine sub : command.getSubcommands().values()) {
        if (commands.contains(sub)) {
          assertThat(page).contains(ManPage.name(sub) + "(1)");
        }
      }
    }
    try (var pages = Files.list(dir.resolve("man1"))) {
      assertThat(pages).hasSameSizeAs(commands);
    }
  }
}
