// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.extfuse4j.cli.trace.TraceEvent.Asked;
import org.extfuse4j.cli.trace.TraceEvent.Ended;
import org.extfuse4j.cli.trace.TraceEvent.Sent;
import org.extfuse4j.cli.trace.TraceEvent.Verdict;
import org.extfuse4j.cli.trace.TracedRequest.State;

/**
 * Joins events, in the order of their times, to requests. What the program has not answered is sent
 * next by the same task; sending and answer have the same number. Both tables are bounded: what has
 * waited longest is given up first, as open. An answer to what was sent before the trace began is
 * left out. For one thread.
 */
final class Pairing {
  private final int most;
  private final Consumer<TracedRequest> next;
  private final Map<Integer, Asked> asked = new LinkedHashMap<>(); // by task: not sent yet
  private final Map<Long, Upcall> open = new LinkedHashMap<>(); // by number
  private boolean numbered = true;

  private record Upcall(Sent sent, Asked asked) {}

  /**
   * @param most requests that are under way at the same time
   */
  Pairing(int most, Consumer<TracedRequest> next) {
    this.most = most;
    this.next = next;
  }

  /** Whether all that was sent had a number; Linux 6.12 to 6.17 has none to show. */
  boolean numbered() {
    return numbered;
  }

  void accept(TraceEvent.Timed event) {
    if (event instanceof Asked a) {
      asked(a);
    } else if (event instanceof Sent s) {
      sent(s);
    } else if (event instanceof Ended e) {
      ended(e);
    }
  }

  private void asked(Asked event) {
    Asked before = asked.remove(event.task().tid());
    if (before != null) {
      unanswered(before, State.UNSENT);
    }
    if (event.verdict() == Verdict.ANSWERED) {
      next.accept(
          request(
              event, OptionalInt.of(event.error()), OptionalLong.of(event.ns()), State.ANSWERED));
    } else {
      asked.put(event.task().tid(), event);
      if (asked.size() > most) {
        unanswered(removeEldest(asked), State.UNSENT);
      }
    }
  }

  private void sent(Sent event) {
    Asked before = asked.get(event.task().tid());
    if (before != null && before.opcode() == event.opcode()) {
      asked.remove(event.task().tid());
    } else {
      before = null; // sent in the background, for somebody else
    }
    Upcall upcall = new Upcall(event, before);
    if (event.unique() == 0) {
      numbered = false;
      unanswered(upcall, State.UNKNOWN);
      return;
    }
    Upcall lost = open.put(event.unique(), upcall);
    if (lost != null) {
      unanswered(lost, State.UNKNOWN);
    }
    if (open.size() > most) {
      unanswered(removeEldest(open), State.OPEN);
    }
  }

  private void ended(Ended event) {
    Upcall upcall = open.remove(event.unique());
    if (upcall != null) {
      next.accept(
          request(
              upcall,
              OptionalInt.of(event.error()),
              OptionalLong.of((event.timeUs() - upcall.sent.timeUs()) * 1000),
              State.ANSWERED));
    }
  }

  /** Events are missing: whatever was only asked may have been sent unseen. */
  void lost() {
    List<Asked> unsure = new ArrayList<>(asked.values());
    asked.clear();
    unsure.forEach(a -> unanswered(a, State.UNKNOWN));
  }

  /** The trace is over: gives on what is still under way. */
  void end() {
    List<Upcall> waiting = new ArrayList<>(open.values());
    open.clear();
    waiting.forEach(u -> unanswered(u, State.OPEN));
    List<Asked> unsent = new ArrayList<>(asked.values());
    asked.clear();
    unsent.forEach(a -> unanswered(a, State.OPEN));
  }

  private void unanswered(Upcall upcall, State state) {
    next.accept(request(upcall, OptionalInt.empty(), OptionalLong.empty(), state));
  }

  private void unanswered(Asked event, State state) {
    next.accept(request(event, OptionalInt.empty(), OptionalLong.empty(), state));
  }

  private static TracedRequest request(
      Upcall upcall, OptionalInt error, OptionalLong latency, State state) {
    if (upcall.asked != null) {
      return request(upcall.asked, error, latency, state);
    }
    Sent sent = upcall.sent;
    return new TracedRequest(
        sent.timeUs(),
        sent.task(),
        sent.opcode(),
        null,
        OptionalLong.empty(),
        "",
        0,
        0,
        error,
        latency,
        state);
  }

  private static TracedRequest request(
      Asked asked, OptionalInt error, OptionalLong latency, State state) {
    return new TracedRequest(
        asked.timeUs(),
        asked.task(),
        asked.opcode(),
        asked.verdict(),
        OptionalLong.of(asked.nodeid()),
        asked.name(),
        asked.child(),
        asked.ns(),
        error,
        latency,
        state);
  }

  private static <K, V> V removeEldest(Map<K, V> map) {
    K eldest = map.keySet().iterator().next();
    return map.remove(eldest);
  }
}
