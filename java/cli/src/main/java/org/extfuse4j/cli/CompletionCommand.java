// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse completion}: generated from the commands as they are, so never out of date. */
@Command(
    name = "completion",
    description = {
      "Prints a script that lets a shell complete this command's words with the tab key:",
      "",
      "  source <(extfuse completion bash)",
      "",
      "in ~/.bashrc, or as a file 'extfuse' in /usr/share/bash-completion/completions.",
      ""
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  /** Shells; named as they are typed. */
  enum Shell {
    bash
  }

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  Shell shell;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(Main.NAME, Main.commandLine()));
    out.flush();
    return 0;
  }
}
