// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.Test;

/** With descriptors that do not exist: closing one fails and is counted all the same. */
final class OpenBudgetTest {
  private static final int LIMIT = 20_000;
  private static final int ALICE = 1000;
  private static final int BOB = 1001;
  private static final int CAROL = 1002;
  private static final int FIRST_FD = 100_000_000; // no process here has so many

  private final OpenBudget budget = new OpenBudget(LIMIT);
  private int nextFd = FIRST_FD;

  private int open(int uid) {
    int rc = budget.admit(uid);
    return rc < 0 ? rc : budget.opened(uid, nextFd++);
  }

  private int openAll(int uid, Deque<Integer> to) {
    int fd = open(uid);
    while (fd >= 0) {
      to.add(fd);
      fd = open(uid);
    }
    return fd;
  }

  @Test
  void oneUserLeavesHalfToOthers() {
    Deque<Integer> fds = new ArrayDeque<>();
    assertEquals(-Errno.EMFILE, openAll(ALICE, fds));
    assertTrue(fds.size() > LIMIT * 2 / 5 && fds.size() < LIMIT / 2, "alice has " + fds.size());
    assertTrue(open(BOB) >= 0);
    assertTrue(open(0) >= 0);
  }

  @Test
  void twoGreedyUsersLeaveSomethingToTheNextAndToRoot() {
    Deque<Integer> fds = new ArrayDeque<>();
    for (int i = 0; i < LIMIT; i++) {
      open(ALICE);
      open(BOB);
    }
    assertEquals(-Errno.EMFILE, openAll(CAROL, fds));
    assertTrue(fds.size() > LIMIT / 20, "carol has " + fds.size());
    Deque<Integer> roots = new ArrayDeque<>();
    assertEquals(-Errno.ENFILE, openAll(0, roots));
    assertTrue(roots.size() > LIMIT / ROOTS_PART, "root has " + roots.size());
    assertEquals(budget.capacity(), budget.open());
    assertTrue(budget.capacity() <= LIMIT - 1000, "the daemon itself has some");
  }

  private static final int ROOTS_PART = 20;

  @Test
  void thereAreNoMoreThanUsersMayHave() {
    int rc = 0;
    for (int uid = 1; rc != -Errno.ENFILE && uid < 2 * LIMIT; uid++) {
      rc = openAll(uid, new ArrayDeque<>());
    }
    assertEquals(-Errno.ENFILE, rc);
    assertTrue(open(0) >= 0, "root's are still there");
  }

  @Test
  void whatIsClosedIsFree() {
    Deque<Integer> fds = new ArrayDeque<>();
    openAll(ALICE, fds);
    int most = fds.size();
    for (int fd : fds) {
      budget.close(fd);
      budget.close(fd); // the second is nobody's
    }
    assertEquals(0, budget.open());
    fds.clear();
    openAll(ALICE, fds);
    assertEquals(most, fds.size());
  }

  @Test
  void anOpenThatFailsTakesNothing() {
    assertEquals(0, budget.admit(ALICE));
    assertEquals(-Errno.ENOENT, budget.opened(ALICE, -Errno.ENOENT));
    assertEquals(0, budget.open());
    budget.close(-1);
    assertEquals(0, budget.open());
  }

  @Test
  void theUserOfAnIdmappedMountIsCounted() {
    int fd = open(-1);
    assertEquals(1, budget.open());
    budget.close(fd);
    assertEquals(0, budget.open());
  }

  @Test
  void aSmallLimitLeavesSomethingToAll() {
    OpenBudget small = new OpenBudget(256);
    assertEquals(0, small.admit(ALICE));
    assertEquals(0, small.admit(0));
    assertTrue(small.capacity() < 128, "most are the daemon's");
  }

  @Test
  void aLimitWithoutEndIsOneOfMemory() {
    assertTrue(new OpenBudget(Long.MAX_VALUE).capacity() <= OpenBudget.MOST);
  }
}
