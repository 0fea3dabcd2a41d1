// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.extfuse4j.coherence.search.Search.Verdict.VIOLATION;

import org.junit.jupiter.api.Test;

/** Histories that show something stale, torn or made up. */
class IllegalHistoryTest {
  private static void refuses(History history) {
    assertThat(history.verdict()).isEqualTo(VIOLATION);
  }

  @Test
  void theOldModeAfterAChmod() {
    refuses(
        new History()
            .op(0, 10, 20, "chmod d0/a 640 = ok")
            .op(1, 30, 40, "lstat d0/a = ok " + History.A));
  }

  @Test
  void theOldAfterTheNewWhileTheChangeRuns() {
    refuses(
        new History()
            .op(0, 10, 100, "chmod d0/a 640 = ok")
            .op(1, 20, 30, "lstat d0/a = ok 11 100640 1 5 1 15")
            .op(2, 40, 50, "lstat d0/a = ok " + History.A));
  }

  @Test
  void theNewModeWithTheOldTime() {
    refuses(
        new History()
            .op(0, 10, 100, "chmod d0/a 640 = ok")
            .op(1, 20, 30, "lstat d0/a = ok 11 100640 1 5 1 1"));
  }

  @Test
  void twoTimesOfOneChange() {
    refuses(
        new History()
            .op(0, 10, 100, "truncate d0/a 5 = ok")
            .op(1, 110, 120, "lstat d0/a = ok 11 100600 1 5 50 50")
            .op(2, 110, 120, "lstat d0/a = ok 11 100600 1 5 60 60"));
  }

  @Test
  void aTimeFromOutsideTheChange() {
    refuses(
        new History()
            .op(0, 10, 20, "truncate d0/a 5 = ok")
            .op(1, 30, 40, "lstat d0/a = ok 11 100600 1 5 25 25"));
  }

  @Test
  void theOldNameAfterARename() {
    refuses(
        new History()
            .op(0, 10, 20, "rename d0/a d1/b 0 = ok")
            .op(1, 30, 40, "lstat d0/a = ok 11 100600 1 5 1 15"));
  }

  @Test
  void noNewNameAfterARename() {
    refuses(
        new History()
            .op(0, 10, 20, "rename d0/a d1/b 0 = ok")
            .op(1, 30, 40, "lstat d1/b = ENOENT"));
  }

  @Test
  void theTimeOfTheOtherDirectoryAfterARename() {
    refuses(
        new History()
            .op(0, 10, 20, "rename d0/a d1/b 0 = ok")
            .op(1, 30, 40, "statdir d1 = ok " + History.D1));
  }

  @Test
  void theLinksOfAnotherNameAfterAnUnlink() {
    refuses(
        new History()
            .op(0, 10, 20, "link d0/a d1/b = ok")
            .op(0, 30, 40, "unlink d0/a = ok")
            .op(1, 50, 60, "lstat d1/b = ok 11 100600 2 5 1 15"));
  }

  @Test
  void theVictimOfARenameThatIsStillOpen() {
    refuses(
        new History()
            .op(0, 10, 20, "create d1/b 600 = ok")
            .op(1, 30, 40, "rename d0/a d1/b 0 = ok")
            .op(0, 50, 60, "fstat = ok 12 100600 1 0 15 15"));
  }

  @Test
  void theOldSizeAfterAWrite() {
    refuses(
        new History()
            .op(0, 10, 20, "open d0/a = ok")
            .op(0, 30, 40, "fwrite 10 = ok")
            .op(1, 50, 60, "lstat d0/a = ok 11 100600 1 5 35 35"));
  }

  @Test
  void aReaddirWithoutANameThatWasThere() {
    refuses(new History().op(0, 10, 20, "readdir d0 = ok"));
  }

  @Test
  void aReaddirWithANameThatWasNotThere() {
    refuses(
        new History()
            .op(0, 10, 20, "unlink d0/a = ok")
            .op(1, 30, 40, "readdir d0 = ok a:11:100000"));
  }

  @Test
  void aLinkToWhatHasANameAndLosesNone() {
    refuses(
        new History()
            .op(0, 10, 20, "link d0/a d0/b = ok")
            .op(0, 30, 40, "unlink d0/b = ok")
            .op(1, 50, 60, "link d0/a d1/b = ENOENT"));
  }

  @Test
  void twoFilesWithOneInodeNumber() {
    refuses(
        new History()
            .op(0, 10, 20, "mkdir d0/b 700 = ok")
            .op(0, 30, 40, "lstat d0/b = ok 11 40700 2 4096 15 15"));
  }

  @Test
  void anErrorThatTheCallCannotGive() {
    refuses(new History().op(0, 10, 20, "unlink d0/a = EIO"));
    refuses(new History().op(0, 10, 20, "lstat d0/a = ESTALE"));
  }

  @Test
  void anotherFileInTheSource() {
    refuses(
        new History()
            .op(0, 10, 20, "chmod d0/a 640 = ok")
            .now("d0", ".", History.D0)
            .now("d0", "a", History.A)
            .now("d1", ".", History.D1));
  }

  @Test
  void theOldFileAfterAnExchangeHasReturned() {
    refuses(
        new History()
            .op(0, 10, 20, "create d0/b 600 = ok")
            .op(0, 30, 50, "rename d0/a d0/b 2 = ok")
            .op(1, 60, 70, "lstat d0/a = ok 11 100600 1 5 1 35"));
  }

  @Test
  void theOldFileWithItsOldTimesDuringAnExchange() {
    refuses(
        new History()
            .op(0, 10, 20, "create d0/b 600 = ok")
            .op(0, 30, 100, "rename d0/a d0/b 2 = ok")
            .op(1, 40, 50, "statdir d0 = ok 10 40755 2 4096 35 35")
            .op(1, 60, 70, "lstat d0/a = ok 11 100600 1 5 1 1"));
  }
}
