// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.cli.bench.BenchCommand;
import org.extfuse4j.cli.doctor.DoctorCommand;
import org.extfuse4j.cli.man.ManCommand;
import org.extfuse4j.cli.map.MapCommand;
import org.extfuse4j.cli.top.TopCommand;
import org.extfuse4j.cli.trace.TraceCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * The {@code extfuse} command. Status 0 is success, 1 a failure with one line on standard error, 2
 * wrong usage.
 */
@Command(
    name = Main.NAME,
    description = "FUSE file systems whose metadata is answered inside the kernel.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'extfuse help COMMAND' describes a command."})
public final class Main {
  static final String NAME = "extfuse";

  private static final List<Class<?>> COMMANDS =
      List.of(
          MountCommand.class,
          RemountCommand.class,
          UmountCommand.class,
          StatsCommand.class,
          MapCommand.class,
          TopCommand.class,
          TraceCommand.class,
          DoctorCommand.class,
          BenchCommand.class,
          CompletionCommand.class,
          ManCommand.class,
          CommandLine.HelpCommand.class);

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    // Reading the annotations of a command takes longer than running some: only of the one that is
    // named, unless none is.
    Stream<Class<?>> named = COMMANDS.stream().filter(c -> args.length > 0 && isNamed(c, args[0]));
    List<Class<?>> used = named.toList();
    CommandLine line = commandLine(used.isEmpty() ? COMMANDS : used);
    line.setUsageHelpAutoWidth(true);
    line.setErr(Console.writer());
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler(Main::failed);
    return line.execute(args);
  }

  /** With all commands, to be described. */
  public static CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  private static CommandLine commandLine(List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Main());
    commands.forEach(line::addSubcommand);
    return line;
  }

  private static boolean isNamed(Class<?> command, String word) {
    return command != CommandLine.HelpCommand.class
        && command.getAnnotation(Command.class).name().equals(word);
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
    Console.say(CliException.describe(e));
    Logs.trace(e);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"extfuse " + (version == null ? "(not packaged)" : version)};
    }
  }
}
