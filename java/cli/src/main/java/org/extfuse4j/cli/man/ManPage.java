// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.man;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of one command, in the macros of man(7), out of the command's own definition.
 *
 * <p>picocli's generator (ManPageGenerator of picocli-codegen 4.7.7) writes AsciiDoc and nothing
 * else. To make a page of that takes asciidoctorj, which is 34 MB of jars with its JRuby, more than
 * twice what all of extfuse takes.
 */
final class ManPage {
  private final CommandLine command;
  private final StringBuilder page = new StringBuilder();

  private ManPage(CommandLine command) {
    this.command = command;
  }

  /** The pages of a command and all below it, each before its own subcommands. */
  static List<CommandLine> commands(CommandLine top) {
    List<CommandLine> all = new ArrayList<>(List.of(top));
    top.getSubcommands().values().stream()
        .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
        .filter(sub -> !(sub.getCommand() instanceof CommandLine.HelpCommand))
        .distinct()
        .forEach(sub -> all.addAll(commands(sub)));
    return all;
  }

  /** What man(1) calls the page, such as {@code extfuse-map-get}. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  /** The page as text. */
  static String of(CommandLine command) {
    return new ManPage(command).write();
  }

  private String write() {
    CommandSpec spec = command.getCommandSpec();
    List<String> description = List.of(spec.usageMessage().description());
    String version = Stream.of(spec.root().version()).findFirst().orElse("");
    macro("TH", name(command).toUpperCase(Locale.ROOT), "1", "", version, "ExtFUSE4J");
    heading("NAME");
    text(name(command) + " \\- ", firstSentence(description));
    heading("SYNOPSIS");
    page.append(".nf\n");
    Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    help.fullSynopsis().lines().forEach(line -> text("", line.replaceFirst("^Usage: ", "")));
    page.append(".fi\n");
    heading("DESCRIPTION");
    paragraphs(description);
    List<PositionalParamSpec> parameters = spec.positionalParameters();
    if (!parameters.isEmpty()) {
      heading("ARGUMENTS");
      parameters.forEach(p -> tagged("\\fI" + escaped(p.paramLabel()) + "\\fR", p));
    }
    heading("OPTIONS");
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        tagged(names(option), option);
      }
    }
    subcommands();
    heading("EXIT STATUS");
    text("", "0 is success, 1 a failure with one line on standard error, 2 wrong usage.");
    seeAlso();
    return page.toString();
  }

  private void subcommands() {
    List<CommandLine> subs =
        commands(command).stream().filter(sub -> sub.getParent() == command).toList();
    if (subs.isEmpty()) {
      return;
    }
    heading("COMMANDS");
    for (CommandLine sub : subs) {
      page.append(".TP\n").append(reference(sub)).append('\n');
      text("", firstSentence(List.of(sub.getCommandSpec().usageMessage().description())));
    }
  }

  private void seeAlso() {
    List<CommandLine> others = new ArrayList<>();
    if (command.getParent() != null) {
      others.add(command.getParent());
      commands(command.getParent()).stream()
          .filter(other -> other != command && other.getParent() == command.getParent())
          .forEach(others::add);
    }
    if (!others.isEmpty()) {
      heading("SEE ALSO");
      page.append(others.stream().map(ManPage::reference).collect(Collectors.joining(",\n")));
      page.append('\n');
    }
  }

  private static String reference(CommandLine other) {
    return "\\fB" + escaped(name(other)) + "\\fR(1)";
  }

  private static String names(OptionSpec option) {
    String names =
        Stream.of(option.names())
            .map(name -> "\\fB" + escaped(name) + "\\fR")
            .collect(Collectors.joining(", "));
    if (option.arity().max() == 0) {
      return names;
    }
    return names + "=\\fI" + escaped(option.paramLabel()) + "\\fR";
  }

  private void tagged(String tag, ArgSpec arg) {
    page.append(".TP\n").append(tag).append('\n');
    text("", String.join(" ", arg.description()));
  }

  // An empty line ends a paragraph; one that begins with a space is shown as it is.
  private void paragraphs(List<String> lines) {
    boolean any = false;
    for (String line : lines) {
      if (line.isEmpty()) {
        page.append(any ? ".PP\n" : "");
      } else if (line.startsWith(" ")) {
        page.append(".nf\n");
        text("", line);
        page.append(".fi\n");
      } else {
        text("", line);
      }
      any |= !line.isEmpty();
    }
    // man(7) wants none at the end of a section.
    if (page.toString().endsWith(".PP\n")) {
      page.setLength(page.length() - ".PP\n".length());
    }
  }

  private void heading(String title) {
    macro("SH", title);
  }

  private void macro(String name, String... arguments) {
    page.append('.').append(name);
    for (String argument : arguments) {
      page.append(" \"").append(escaped(argument)).append('"');
    }
    page.append('\n');
  }

  /** A line of text behind what is roff already. */
  private void text(String before, String line) {
    String escaped = escaped(line);
    boolean control = before.isEmpty() && (escaped.startsWith(".") || escaped.startsWith("'"));
    page.append(control ? "\\&" : "").append(before).append(escaped).append('\n');
  }

  private static String firstSentence(List<String> description) {
    String all =
        description.stream().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    return all.replaceFirst("(?s)[.:]( .*)?$", "");
  }

  private static String escaped(String text) {
    return text.replace("%%", "%")
        .replace("%n", " ")
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\"", "\\(dq")
        .replace("…", "...");
  }
}
