// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A part of an operation that happens at one moment. */
abstract class Step {
  /** What taking the step now would mean. */
  enum Now {
    /** It contradicts the result. */
    IMPOSSIBLE,
    /**
     * It agrees with the result and changes nothing, and will never have to change anything: to
     * take it as soon as possible is right.
     */
    HOLDS,
    /** As {@link #HOLDS}, and the operation needs no other step. */
    COMPLETES,
    /** It changes the state, or settles something that was open: it may be right now or later. */
    CHANGES
  }

  abstract Now now(State state);

  /** Takes the step, in a state where it {@link Now#CHANGES}. */
  void take(State state) {
    throw new IllegalStateException();
  }

  /** A look at the state. */
  static Step sees(Predicate<State> what) {
    return new Step() {
      @Override
      Now now(State state) {
        return what.test(state) ? Now.HOLDS : Now.IMPOSSIBLE;
      }
    };
  }

  static Step of(Function<State, Now> now, Consumer<State> take) {
    return new Step() {
      @Override
      Now now(State state) {
        return now.apply(state);
      }

      @Override
      void take(State state) {
        take.accept(state);
      }
    };
  }

  /** A change that is possible when {@code when} is true. */
  static Step change(Predicate<State> when, Consumer<State> take) {
    return of(state -> when.test(state) ? Now.CHANGES : Now.IMPOSSIBLE, take);
  }
}
