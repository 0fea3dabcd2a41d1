// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.extfuse4j.coherence.history.HistoryReader;

/**
 * Checks the histories on standard input: {@code coherence.jar RUNS FOLDER}.
 *
 * <p>The status is 0 if there were so many runs, each came to its end, all rounds are explained,
 * and of each run whose label begins with "fault-" one is not. Messages go to standard error;
 * standard output gets a line when a run may stop, for the workload's standard input. Rounds that
 * are violations are written to the folder; such a file is a history too, of 0 runs.
 */
public final class Main {
  private Main() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    PrintStream messages = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
    if (args.length != 2) {
      messages.println("usage: java -jar coherence.jar RUNS FOLDER <HISTORY");
      System.exit(2);
    }
    PrintStream stop = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    Checker checker = new Checker(messages, stop, Path.of(args[1]));
    HistoryReader.read(
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)), checker);
    int wanted = Integer.parseInt(args[0]);
    if (checker.finished() != wanted) {
      messages.println(
          "coherence: the history ends after " + checker.finished() + " of " + wanted + " runs");
    }
    System.exit(checker.failures() == 0 && checker.finished() == wanted ? 0 : 1);
  }
}
