// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.man;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.extfuse4j.cli.Main;
import org.extfuse4j.daemon.CommandException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code extfuse man}: generated from the commands as they are, so never out of date. */
@Command(
    name = "man",
    description = {
      "Writes the manual pages of all commands into a directory.",
      "",
      "  extfuse man /usr/local/share/man/man1",
      "",
      "Then 'man extfuse-map-get' shows the page of 'extfuse map get'.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class ManCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "Where they go; it is made if need be.")
  Path directory;

  @Override
  public Integer call() {
    try {
      Files.createDirectories(directory);
      for (CommandLine command : ManPage.commands(Main.commandLine())) {
        Path page = directory.resolve(ManPage.name(command) + ".1");
        Files.writeString(page, ManPage.of(command), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new CommandException("cannot write manual pages to " + directory, e);
    }
    return 0;
  }
}
