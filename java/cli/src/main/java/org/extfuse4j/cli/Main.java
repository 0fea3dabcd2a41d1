// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.util.List;
import java.util.stream.Stream;
import org.extfuse4j.cli.doctor.DoctorCommand;
import org.extfuse4j.cli.man.ManCommand;
import org.extfuse4j.cli.map.MapCommand;
import org.extfuse4j.cli.top.TopCommand;
import org.extfuse4j.cli.trace.TraceCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
    return CommandRunner.run(line, args);
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

  /** The version in the jar's manifest. */
  public static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"extfuse " + (version == null ? "(not packaged)" : version)};
    }
  }
}
