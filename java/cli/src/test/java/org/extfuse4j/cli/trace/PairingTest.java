// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.extfuse4j.cli.trace.TraceEvent.Asked;
import org.extfuse4j.cli.trace.TraceEvent.Ended;
import org.extfuse4j.cli.trace.TraceEvent.Sent;
import org.extfuse4j.cli.trace.TraceEvent.Task;
import org.extfuse4j.cli.trace.TraceEvent.Verdict;
import org.extfuse4j.cli.trace.TracedRequest.State;
import org.junit.jupiter.api.Test;

class PairingTest {
  private static final Task DAEMON = new Task(9, "fuse-0");
  private static final int LOOKUP = 1;
  private static final int READ = 15;

  private final List<TracedRequest> requests = new ArrayList<>();
  private final Pairing pairing = new Pairing(3, requests::add);

  private void asked(long time, int tid, int opcode, Verdict verdict, String name) {
    pairing.accept(new Asked(time, new Task(tid, "user"), opcode, 5, verdict, 0, 0, 700, name));
  }

  private void sent(long time, int tid, long unique, int opcode) {
    pairing.accept(new Sent(time, new Task(tid, "user"), unique, opcode));
  }

  private void ended(long time, long unique, int error) {
    pairing.accept(new Ended(time, DAEMON, unique, error));
  }

  @Test
  void answeredInKernel() {
    asked(10, 1, LOOKUP, Verdict.ANSWERED, "a");
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).inKernel()).isTrue();
    assertThat(requests.get(0).latencyNs()).hasValue(700);
  }

  @Test
  void upcallsOfTwoTasksCrossing() {
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    asked(11, 2, LOOKUP, Verdict.NOT_ASKED, "b");
    sent(12, 2, 4, LOOKUP);
    sent(13, 1, 6, LOOKUP);
    assertThat(requests).isEmpty();
    ended(33, 6, -2);
    ended(52, 4, 0);
    assertThat(requests).extracting(TracedRequest::name).containsExactly("a", "b");
    assertThat(requests)
        .extracting(TracedRequest::verdict)
        .containsExactly(Verdict.DECLINED, Verdict.NOT_ASKED);
    assertThat(requests)
        .extracting(TracedRequest::error)
        .containsExactly(OptionalInt.of(-2), OptionalInt.of(0));
    assertThat(requests)
        .extracting(TracedRequest::latencyNs)
        .containsExactly(OptionalLong.of(20_000), OptionalLong.of(40_000));
  }

  /** What a task sends for somebody else does not take the place of what it has asked for. */
  @Test
  void background() {
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    sent(11, 1, 2, READ);
    sent(12, 1, 4, LOOKUP);
    ended(20, 2, 0);
    ended(21, 4, 0);
    assertThat(requests).extracting(TracedRequest::opcode).containsExactly(READ, LOOKUP);
    assertThat(requests.get(0).nodeid()).isEmpty();
    assertThat(requests.get(1).nodeid()).hasValue(5);
  }

  @Test
  void neverSent() {
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    asked(20, 1, LOOKUP, Verdict.ANSWERED, "b");
    assertThat(requests)
        .extracting(TracedRequest::state)
        .containsExactly(State.UNSENT, State.ANSWERED);
  }

  @Test
  void beforeAndBeyondTheTrace() {
    ended(5, 2, 0);
    assertThat(requests).isEmpty();
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    sent(11, 1, 4, LOOKUP);
    pairing.end();
    assertThat(requests).extracting(TracedRequest::state).containsExactly(State.OPEN);
    assertThat(requests.get(0).name()).isEqualTo("a");
    assertThat(requests.get(0).error()).isEmpty();
  }

  @Test
  void eldestIsGivenUp() {
    for (int i = 1; i <= 4; i++) {
      sent(i, i, 2L * i, LOOKUP);
    }
    assertThat(requests).extracting(TracedRequest::timeUs).containsExactly(1L);
    assertThat(requests.get(0).state()).isEqualTo(State.OPEN);
    ended(9, 2, 0);
    assertThat(requests).hasSize(1);
    ended(9, 8, 0);
    assertThat(requests).hasSize(2);
  }

  /** The sending may be among what was lost: the next one is another request's. */
  @Test
  void lostEvents() {
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    pairing.lost();
    assertThat(requests).extracting(TracedRequest::state).containsExactly(State.UNKNOWN);
    sent(30, 1, 4, LOOKUP);
    ended(40, 4, 0);
    assertThat(requests.get(1).name()).isEmpty();
  }

  @Test
  void kernelsThatDoNotNumber() {
    assertThat(pairing.numbered()).isTrue();
    asked(10, 1, LOOKUP, Verdict.DECLINED, "a");
    sent(11, 1, 0, LOOKUP);
    ended(20, 4, 0);
    assertThat(pairing.numbered()).isFalse();
    assertThat(requests).extracting(TracedRequest::state).containsExactly(State.UNKNOWN);
    assertThat(requests.get(0).name()).isEqualTo("a");
  }

  @Test
  void causesComeBeforeEffects() {
    List<Long> times = new ArrayList<>();
    InOrder order = new InOrder(event -> times.add(event.timeUs()));
    order.add(new Ended(101, DAEMON, 2, 0));
    order.add(new Sent(100, DAEMON, 2, LOOKUP));
    assertThat(times).isEmpty();
    order.add(new Sent(10_000, DAEMON, 4, LOOKUP));
    assertThat(times).containsExactly(100L, 101L);
    order.drain();
    assertThat(times).containsExactly(100L, 101L, 10_000L);
  }
}
