// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.daemon.CommandException;

/** Runs programs. */
public final class Tool {
  // The shell takes the time: starting a process from a JVM costs as much as some of the runs.
  private static final String TIMED =
      "out=$1; shift; begin=$EPOCHREALTIME; \"$@\" >\"$out\"; status=$?;"
          + " printf '%s %s' \"$begin\" \"$EPOCHREALTIME\"; exit $status";

  private Tool() {}

  /**
   * What a program did.
   *
   * @param out its standard output and error
   */
  public record Result(int status, String out) {
    /** Its last words. */
    public String lastLine() {
      return out.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no reason");
    }
  }

  /** Runs a program to its end, with nothing as input. */
  public static Result run(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out);
    } catch (IOException e) {
      throw new CommandException("cannot run " + command.get(0), e);
    }
  }

  /**
   * Runs a program and takes its time.
   *
   * @param launcher what starts it: a program and arguments, not in the time; or nothing
   * @param directory where it runs
   * @param out the file its output goes to
   * @return seconds
   * @throws CommandException when it fails, with its own last words
   */
  public static double time(List<String> launcher, List<String> command, Path directory, Path out)
      throws InterruptedException {
    List<String> timed = new ArrayList<>(launcher);
    timed.addAll(List.of("bash", "-c", TIMED, "bash", out.toString()));
    timed.addAll(command);
    Path errors = out.resolveSibling(out.getFileName() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(timed)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(errors.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      String times = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      int status = process.waitFor();
      if (status != 0) {
        String words = Files.readString(errors, StandardCharsets.ISO_8859_1);
        throw new CommandException(
            command.get(0)
                + " failed in "
                + directory
                + " (status "
                + status
                + "): "
                + new Result(status, words).lastLine());
      }
      String[] clock = times.split(" ", -1);
      return Double.parseDouble(clock[1]) - Double.parseDouble(clock[0]);
    } catch (IOException e) {
      throw new CommandException("cannot run " + command.get(0) + " in " + directory, e);
    }
  }
}
