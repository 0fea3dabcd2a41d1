// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.Console;
import org.extfuse4j.daemon.Logs;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Runs a command of a command line. Status 0 is success, 1 a failure with one line on standard
 * error, 2 wrong usage.
 */
public final class CommandRunner {
  private CommandRunner() {}

  /** Runs what the arguments say; the status. */
  public static int run(CommandLine line, String... args) {
    line.setUsageHelpAutoWidth(true);
    line.setErr(Console.writer());
    line.setParameterExceptionHandler(CommandRunner::wrongUsage);
    line.setExecutionExceptionHandler(CommandRunner::failed);
    return line.execute(args);
  }

  private static int wrongUsage(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    // A command that was not even named has a list of commands to show, not a line to correct.
    if (args.length == 0) {
      command.usage(command.getErr());
    } else {
      String name = command.getCommandSpec().qualifiedName();
      Console.say(firstLine(e.getMessage()) + "; see " + name + " --help");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof ClosedPipeException) {
      return ClosedPipeException.STATUS;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    Console.say(CommandException.describe(e));
    Logs.trace(e);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
