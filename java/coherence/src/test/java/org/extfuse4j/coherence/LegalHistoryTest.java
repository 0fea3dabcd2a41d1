// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.extfuse4j.coherence.search.Search.Verdict.EXPLAINED;

import org.junit.jupiter.api.Test;

/** Histories that a file system can show. */
class LegalHistoryTest {
  @Test
  void nothingHappens() {
    assertThat(new History().op(0, 10, 20, "lstat d0/a = ok " + History.A).verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void aLookDuringAChangeSeesTheOldOrTheNew() {
    assertThat(
            new History()
                .op(0, 10, 100, "chmod d0/a 640 = ok")
                .op(1, 20, 30, "lstat d0/a = ok " + History.A)
                .op(1, 40, 50, "lstat d0/a = ok 11 100640 1 5 1 77")
                .op(2, 45, 60, "lstat d0/a = ok " + History.A)
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void twoChangesAtOnceComeInAnyOrder() {
    assertThat(
            new History()
                .op(0, 10, 100, "chmod d0/a 640 = ok")
                .op(1, 10, 90, "chmod d0/a 700 = ok")
                .op(0, 110, 120, "lstat d0/a = ok 11 100640 1 5 1 50")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void whatWasResolvedMayHaveLostItsName() {
    assertThat(
            new History()
                .op(0, 10, 50, "lstat d0/a = ok 11 100600 0 5 1 30")
                .op(1, 20, 40, "unlink d0/a = ok")
                .op(2, 15, 60, "link d0/a d1/b = ENOENT")
                .op(1, 70, 80, "lstat d1/b = ENOENT")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void whatIsAddedMeanwhileMayBeReadOrNot() {
    for (String seen : new String[] {" a:11:100000", " a:11:100000 b:12:100000"}) {
      assertThat(
              new History()
                  .op(0, 10, 50, "readdir d0 = ok" + seen)
                  .op(1, 20, 40, "create d0/b 600 = ok")
                  .op(1, 60, 70, "fstat = ok 12 100600 1 0 30 30")
                  .verdict())
          .isEqualTo(EXPLAINED);
    }
  }

  @Test
  void aWriteShowsTimesBeforeTheSize() {
    assertThat(
            new History()
                .op(0, 10, 20, "open d0/a = ok")
                .op(0, 30, 90, "fwrite 10 = ok")
                .op(1, 40, 50, "lstat d0/a = ok 11 100600 1 5 35 35")
                .op(1, 60, 70, "lstat d0/a = ok 11 100600 1 15 35 35")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void aWriteOfTwoPagesMayCountTwice() {
    assertThat(
            new History()
                .op(0, 10, 20, "open d0/a = ok")
                .op(0, 30, 90, "fwrite 4096 = ok")
                .op(1, 40, 50, "lstat d0/a = ok 11 100600 1 4096 35 35")
                .op(1, 100, 110, "lstat d0/a = ok 11 100600 1 4101 55 55")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void fuseMayFindNoLinksWhileOneIsRemoved() {
    assertThat(
            new History()
                .op(0, 10, 20, "link d0/a d0/b = ok")
                .op(0, 30, 50, "unlink d0/b = ok")
                .op(1, 40, 60, "link d0/a d1/b = ENOENT")
                .op(1, 70, 80, "lstat d0/a = ok 11 100600 1 5 1 45")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void twoNamesOfOneFileAreNotRenamedButMayBeLater() {
    assertThat(
            new History()
                .op(0, 10, 20, "link d0/a d0/b = ok")
                .op(0, 30, 40, "rename d0/a d0/b 0 = ok")
                .op(0, 50, 60, "lstat d0/a = ok 11 100600 2 5 1 15")
                .op(1, 70, 100, "rename d0/a d0/b 2 = ok")
                .op(2, 75, 80, "unlink d0/b = ok")
                .op(2, 82, 85, "symlink d0/b to9 = ok")
                .op(2, 110, 120, "readlink d0/a = ok to9")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void anInodeNumberIsUsedAgain() {
    assertThat(
            new History()
                .op(0, 10, 20, "unlink d0/a = ok")
                .op(0, 30, 40, "mkdir d0/a 700 = ok")
                .op(0, 50, 60, "lstat d0/a = ok 11 40700 2 4096 35 35")
                .op(0, 70, 80, "statdir d0 = ok 10 40755 3 4096 35 35")
                .now("d0", ".", "10 40755 3 4096 35 35")
                .now("d0", "a", "11 40700 2 4096 35 35")
                .now("d1", ".", History.D1)
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void directoriesMoveWithTheirLinks() {
    assertThat(
            new History()
                .op(0, 10, 20, "mkdir d0/b 755 = ok")
                .op(0, 30, 40, "rename d0/b d1/b 0 = ok")
                .op(0, 50, 60, "statdir d0 = ok 10 40755 2 4096 35 35")
                .op(0, 70, 80, "statdir d1 = ok 20 40755 3 4096 36 36")
                .op(0, 90, 95, "rename d0/a d1/b 0 = EISDIR")
                .verdict())
        .isEqualTo(EXPLAINED);
  }

  @Test
  void aFileIsConfirmedUnderTheNameThatARenameGivesIt() {
    assertThat(
            new History()
                .op(0, 10, 20, "create d0/b 600 = ok")
                .op(0, 30, 100, "rename d0/a d0/b 2 = ok")
                .op(1, 40, 50, "statdir d0 = ok 10 40755 2 4096 35 35")
                .op(1, 60, 70, "lstat d0/a = ok 11 100600 1 5 1 35")
                .verdict())
        .isEqualTo(EXPLAINED);
    assertThat(
            new History()
                .op(0, 30, 100, "rename d0/a d1/b 0 = ok")
                .op(1, 40, 50, "statdir d0 = ok 10 40755 2 4096 35 35")
                .op(1, 60, 110, "chmod d0/a 640 = ok")
                .op(1, 120, 130, "lstat d1/b = ok 11 100640 1 5 1 105")
                .verdict())
        .isEqualTo(EXPLAINED);
  }
}
