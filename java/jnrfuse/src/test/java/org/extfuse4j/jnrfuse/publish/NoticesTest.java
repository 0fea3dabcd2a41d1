// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.session.Notifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who has something to tell is faster than the kernel. */
class NoticesTest {
  /** One that is equal to others of its number. */
  private record Numbered(int number, List<Integer> given) implements Notices.Notice {
    @Override
    public int give(Notifier to) {
      if (number < 0) {
        throw new IllegalStateException("on purpose");
      }
      given.add(number);
      return 0;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Numbered n && n.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  private final List<Integer> given = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private final Notices notices =
      new Notices(null, this::all, new FailureLog(LoggerFactory.getLogger("test")));

  private Iterator<Notices.Notice> all() {
    return List.<Notices.Notice>of(new Numbered(1_000_000_000, given), last()).iterator();
  }

  private Notices.Notice last() {
    return to -> {
      over.countDown();
      return 0;
    };
  }

  private void giveAll() throws InterruptedException {
    notices.start();
    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void close() {
    notices.close();
  }

  @Test
  void equalOnesAreOne() throws InterruptedException {
    for (int i = 0; i < 10_000; i++) {
      notices.add(new Numbered(i % 3, given));
    }
    assertThat(notices.waiting()).isEqualTo(3);
    notices.add(last());
    giveAll();
    assertThat(given).containsExactly(0, 1, 2);
  }

  @Test
  void whenTooManyWaitAllIsTold() throws InterruptedException {
    for (int i = 0; i < 300_000; i++) {
      notices.add(new Numbered(i, given));
    }
    assertThat(notices.waiting()).isEqualTo(1);
    giveAll();
    assertThat(given).containsExactly(1_000_000_000);
  }

  @Test
  void wakeupsAreNotLostInIt() {
    for (int i = 0; i < 300_000; i++) {
      notices.add(new Numbered(i, given));
      notices.wake(i % 10);
    }
    assertThat(notices.waiting()).isEqualTo(11);
  }

  @Test
  void oneThatThrowsIsNotTheLast() throws InterruptedException {
    notices.add(new Numbered(-1, given));
    notices.add(new Numbered(7, given));
    notices.add(last());
    giveAll();
    assertThat(given).containsExactly(7);
  }
}
