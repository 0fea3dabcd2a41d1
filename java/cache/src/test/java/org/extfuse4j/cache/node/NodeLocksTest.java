// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLocksTest {
  private static final int NODES = 3000; // more than there are stripes, so that some share one

  private final NodeLocks locks = new NodeLocks();
  private final ExecutorService others =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
          });

  @AfterEach
  void end() {
    others.shutdownNow();
  }

  private <T> T elsewhere(Callable<T> task) throws Exception {
    return others.submit(task).get(10, TimeUnit.SECONDS);
  }

  /** Whether another thread gets all of these locks, one after the other. */
  private boolean allFree() throws Exception {
    return elsewhere(
        () -> {
          for (long id = 1; id <= NODES; id++) {
            locks.lock(id);
            locks.unlock(id);
          }
          return true;
        });
  }

  @Test
  void oneMoreIsTakenWithoutWaiting() throws Exception {
    locks.lock(7);
    assertThat(locks.tryLock(8)).isTrue();
    assertThat(elsewhere(() -> locks.tryLock(8))).isFalse();
    locks.unlock(8);
    locks.unlock(7);
    assertThat(allFree()).isTrue();
  }

  @Test
  void aLockExcludesOtherThreads() throws Exception {
    locks.lock(7);
    Future<?> other =
        others.submit(
            () -> {
              locks.lock(9, 7, 0, 8);
              locks.unlock(9, 7, 0, 8);
            });
    assertThatThrownBy(() -> other.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    locks.unlock(7);
    other.get(10, TimeUnit.SECONDS);
  }

  @Test
  void nodesMayBeGivenTwiceAndShareStripes() throws Exception {
    // Among so many pairs are some that share a stripe.
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long a = 1L + random.nextInt(NODES);
      long b = random.nextBoolean() ? a : 1L + random.nextInt(NODES);
      long c = random.nextInt(3) == 0 ? 0 : 1L + random.nextInt(NODES);
      long d = random.nextInt(3) == 0 ? a : 0;
      locks.lock(a, b, c, d);
      locks.unlock(a, b, c, d);
    }
    locks.lock(5, 5, 5, 5);
    locks.unlock(5, 5, 5, 5);
    assertThat(allFree()).isTrue();
  }

  @Test
  void noneIsNoLock() throws Exception {
    locks.lock(0, 0, 0, 0);
    assertThat(allFree()).isTrue();
    locks.unlock(0, 0, 0, 0);
  }

  @Test
  void everyOrderOfTheSameNodesIsOneOrder() throws Exception {
    // Two threads meet before each round and ask for the same nodes in opposite orders.
    CyclicBarrier meet = new CyclicBarrier(2);
    List<Future<?>> both = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      boolean forward = t == 0;
      both.add(
          others.submit(
              () -> {
                for (long n = 1; n < 2000; n++) {
                  meet.await(10, TimeUnit.SECONDS);
                  long[] ids = {n, n + 7, n + 1000, n + 77};
                  int last = forward ? 0 : 3;
                  int step = forward ? 1 : -1;
                  long a = ids[last];
                  long b = ids[last + step];
                  long c = ids[last + 2 * step];
                  long d = ids[last + 3 * step];
                  locks.lock(a, b, c, d);
                  locks.unlock(a, b, c, d);
                }
                return null;
              }));
    }
    for (Future<?> one : both) {
      one.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void manyThreadsNeitherDeadlockNorMeet() throws Exception {
    int threads = 6;
    int rounds = 15_000;
    int nodes = 9;
    long[] plain = new long[nodes + 1]; // each element guarded by its node's lock only
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(t);
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  long[] ids =
                      LongStream.generate(() -> random.nextInt(nodes + 1)).limit(4).toArray();
                  locks.lock(ids[0], ids[1], ids[2], ids[3]);
                  for (long id : ids) {
                    plain[(int) id]++;
                  }
                  locks.unlock(ids[0], ids[1], ids[2], ids[3]);
                  long one = 1L + random.nextInt(nodes);
                  locks.lock(one);
                  plain[(int) one]++;
                  locks.unlock(one);
                }
              },
              others));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    // Element 0 stands for "none" and is guarded by nothing.
    long[] expected = new long[nodes + 1];
    for (int t = 0; t < threads; t++) {
      Random random = new Random(t);
      for (int i = 0; i < rounds; i++) {
        for (int k = 0; k < 4; k++) {
          expected[random.nextInt(nodes + 1)]++;
        }
        expected[1 + random.nextInt(nodes)]++;
      }
    }
    expected[0] = plain[0];
    assertThat(plain).isEqualTo(expected);
    assertThat(allFree()).isTrue();
  }

  @Test
  void aThreadThatHoldsALockMayNotTakeAnother() {
    locks.lock(1);
    try {
      assertThatThrownBy(() -> locks.lock(2)).isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> locks.lock(2, 3, 0, 0)).isInstanceOf(AssertionError.class);
    } finally {
      locks.unlock(1);
    }
  }
}
