// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import picocli.CommandLine.Option;

/** How a command shows its rows; mixed into each that has some. */
public final class OutputOptions {
  @Option(names = "--json", description = "One JSON object a line.")
  boolean json;

  @Option(names = "--no-header", description = "No line with the names of the columns.")
  boolean noHeader;

  /** Whether rows are JSON objects. */
  public boolean json() {
    return json;
  }

  /** A table on standard output; for its headings see {@link Table}. */
  public Table table(String... headings) {
    return new Table(new Output(), json, !noHeader, headings);
  }
}
