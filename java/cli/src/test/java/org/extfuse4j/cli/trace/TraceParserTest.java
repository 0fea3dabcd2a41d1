// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.extfuse4j.cli.trace.TraceEvent.Asked;
import org.extfuse4j.cli.trace.TraceEvent.Ended;
import org.extfuse4j.cli.trace.TraceEvent.Lost;
import org.extfuse4j.cli.trace.TraceEvent.Sent;
import org.extfuse4j.cli.trace.TraceEvent.Task;
import org.extfuse4j.cli.trace.TraceEvent.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as kernels print them (fuse_request_*: Linux 6.18, a mount in use), and what is none. */
class TraceParserTest {
  private static final String SEND =
      "           touch-2409    [001] ...1. 36944.530736: fuse_request_send: connection 40 req 6"
          + " opcode 1 (FUSE_LOOKUP) len 42 ";
  private static final String END =
      "          fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 40 req 6"
          + " len 16 error -2";
  private static final String ASKED =
      "            stat-123     [000] .....    12.000345: extfuse_request: connection 40 opcode 1"
          + " nodeid 1 answered error 0 child 7 ns 2112 name sub";

  private final TraceParser parser = new TraceParser(40);

  @Test
  void upcall() {
    assertThat(parser.parse(SEND)).contains(new Sent(36944530736L, new Task(2409, "touch"), 6, 1));
    assertThat(parser.parse(END))
        .contains(new Ended(36944531093L, new Task(2406, "fuse-0"), 6, -2));
  }

  @Test
  void request() {
    assertThat(parser.parse(ASKED))
        .contains(
            new Asked(12000345, new Task(123, "stat"), 1, 1, Verdict.ANSWERED, 0, 7, 2112, "sub"));
    Optional<TraceEvent> unasked =
        parser.parse(
            ASKED
                .replace("answered error 0 child 7", "not asked error 0 child 0")
                .replace("name sub", "name "));
    assertThat(unasked).isPresent();
    Asked asked = (Asked) unasked.orElseThrow();
    assertThat(asked.verdict()).isEqualTo(Verdict.NOT_ASKED);
    assertThat(asked.name()).isEmpty();
    assertThat(parser.parse(ASKED.replace("answered", "declined"))).isPresent();
    assertThat(parser.parse(ASKED.replace("nodeid 1 ", "nodeid 18446744073709551615 ")))
        .isPresent();
  }

  @Test
  void withoutFlagsAndWithUnknownTask() {
    String line = END.replace("..... ", "").replace("          fuse-0-", "           <...>-");
    assertThat(parser.parse(line))
        .contains(new Ended(36944531093L, new Task(2406, "<...>"), 6, -2));
  }

  @Test
  void lostEvents() {
    assertThat(parser.parse("CPU:1 [LOST 1234 EVENTS]")).contains(new Lost(1234));
    assertThat(parser.parse("CPU:0 [LOST EVENTS]")).contains(new Lost(-1));
  }

  /** Whoever creates a file or names a task chooses what is in the line. */
  @Test
  void namesDoNotForge() {
    String name = "x: fuse_request_end: connection 40 req 6 len 16 error 0";
    Asked asked = (Asked) parser.parse(ASKED.replace("name sub", "name " + name)).orElseThrow();
    assertThat(asked.name()).isEqualTo(name);
    asked =
        (Asked) parser.parse(ASKED.replace("            stat-", "    a-1 [000] b -")).orElseThrow();
    assertThat(asked.task()).isEqualTo(new Task(123, "a-1 [000] b "));
    asked = (Asked) parser.parse(ASKED.replace("name sub", "name  two  ")).orElseThrow();
    assertThat(asked.name()).isEqualTo(" two  ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "          fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 41 req 6"
            + " len 16 error -2",
        "          fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 40 req 6"
            + " len 16 error -2 ",
        "          fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 40 req 6"
            + " len 16",
        "          fuse-0-2406    [001] ..... 36944.531093: sched_switch: connection 40 req 6"
            + " len 16 error -2",
        "         fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 40 req 6"
            + " len 16 error -2",
        "          fuse-0-2406    [001] ..... 36944.531093: fuse_request_end: connection 40"
            + " req 99999999999999999999 len 16 error -2",
        "CPU:1 [LOST many EVENTS]",
      })
  void everythingElseIsNone(String line) {
    assertThat(parser.parse(line)).isEmpty();
  }

  @Test
  void escapesAreUndone() {
    assertThat(TraceParser.unescape("plain name")).isEqualTo("plain name");
    assertThat(TraceParser.unescape("a\\nb\\tc\\ed")).isEqualTo("a\nb\tc\u001bd");
    assertThat(TraceParser.unescape("\u00c3\\200\u00ff\\001"))
        .isEqualTo("\u00c3\u0080\u00ff\u0001");
    assertThat(TraceParser.unescape("back\\slash\\9\\77\\777\\"))
        .isEqualTo("back\\slash\\9\\77\\777\\");
  }
}
